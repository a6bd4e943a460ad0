package org.sola.groundingdino;

import java.util.ArrayList;
import java.util.List;

/**
 * Which queries count as found, and by which words (the official {@code predict}).
 *
 * @param boxThreshold a query counts when its likeliest word piece is more probable than this
 * @param textThreshold a word piece belongs to the phrase when it is more probable than this
 */
public record DetectionRule(double boxThreshold, double textThreshold) {
    /** The official code never takes a phrase's word from here on. */
    private static final int LAST_PIECE = 255;

    public DetectionRule {
        for (double threshold : new double[] {boxThreshold, textThreshold}) {
            if (!(threshold >= 0 && threshold < 1)) {
                throw new IllegalArgumentException("a threshold is a probability, not " + threshold);
            }
        }
    }

    /** What SOLA's pipeline takes. */
    public static DetectionRule sola() {
        return new DetectionRule(0.2, 0.25);
    }

    /**
     * The boxes found, in the order of the queries; overlapping ones stay.
     *
     * @param imageHeight of the original image
     * @param imageWidth of the original image
     */
    public List<Detection> apply(GroundingDino.Output output, int imageHeight, int imageWidth) {
        float[] logits = output.logits().toFloatArray();
        float[] boxes = output.boxes().toFloatArray();
        int queries = boxes.length / 4;
        int pieces = logits.length / queries;
        var found = new ArrayList<Detection>();
        for (int q = 0; q < queries; q++) {
            var scores = new ArrayList<Float>(pieces);
            var phrase = new ArrayList<Integer>();
            float best = 0;
            for (int t = 0; t < pieces; t++) {
                float score = (float) (1 / (1 + Math.exp(-logits[q * pieces + t])));
                scores.add(score);
                best = Math.max(best, score);
                if (score > textThreshold && t > 0 && t < LAST_PIECE) {
                    phrase.add(t);
                }
            }
            if (best > boxThreshold) {
                float width = boxes[4 * q + 2] * imageWidth;
                float height = boxes[4 * q + 3] * imageHeight;
                float left = boxes[4 * q] * imageWidth - width / 2;
                float top = boxes[4 * q + 1] * imageHeight - height / 2;
                found.add(new Detection(q, best, List.of(left, top, left + width, top + height), scores, phrase));
            }
        }
        return List.copyOf(found);
    }
}
