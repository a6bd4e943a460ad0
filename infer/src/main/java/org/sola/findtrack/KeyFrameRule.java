package org.sola.findtrack;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;

/**
 * Which frames are candidates and which of them becomes the key frame (FindTrack, section 3.2).
 *
 * @param choice the best candidate, or a fixed frame
 * @param candidates N: frames that are looked at, spread evenly from the first to the last
 * @param confidenceWeight w1: weight of the segmenter's confidence
 * @param alignmentWeight w2: weight of the alignment of mask and expression
 * @param skipsEmptyMasks whether a frame without a mask is no candidate. The published code lets it win, and then
 *     follows nothing
 */
public record KeyFrameRule(
        KeyFrameChoice choice,
        int candidates,
        double confidenceWeight,
        double alignmentWeight,
        boolean skipsEmptyMasks) {

    public KeyFrameRule {
        if (candidates < 2) {
            throw new IllegalArgumentException("candidates is " + candidates + ", expected at least 2, the first and"
                    + " the last frame; for one frame set choice to first, middle or last");
        }
        boolean isWeight = confidenceWeight >= 0 && alignmentWeight >= 0 && confidenceWeight + alignmentWeight > 0;
        if (!isWeight) {
            throw new IllegalArgumentException("confidenceWeight is " + confidenceWeight + " and alignmentWeight "
                    + alignmentWeight + ", expected numbers from 0 that are not both 0");
        }
    }

    /** The same with other numbers, for sweeps. */
    public KeyFrameRule with(int newCandidates, double newConfidenceWeight, double newAlignmentWeight) {
        return new KeyFrameRule(choice, newCandidates, newConfidenceWeight, newAlignmentWeight, skipsEmptyMasks);
    }

    /** Whether alignment can change the choice, so that it has to be computed. */
    public boolean needsAlignment() {
        return choice == KeyFrameChoice.BEST && alignmentWeight > 0;
    }

    /** The candidates of a video, in rising order; where it has fewer frames than N, some of them repeat. */
    public List<Integer> frames(int frameCount) {
        if (frameCount < 1) {
            throw new IllegalArgumentException("a video has at least one frame, not " + frameCount);
        }
        int last = frameCount - 1;
        return switch (choice) {
            case FIRST -> List.of(0);
            case MIDDLE -> List.of(last / 2);
            case LAST -> List.of(last);
            case BEST -> {
                var frames = new ArrayList<Integer>(candidates);
                for (int i = 0; i < candidates; i++) {
                    frames.add((int) ((long) i * last / (candidates - 1)));
                }
                yield Collections.unmodifiableList(frames);
            }
        };
    }

    /** How good a candidate is; in float32, as the published code has it. */
    public float score(float confidence, float alignment) {
        return (float) confidenceWeight * confidence + (float) alignmentWeight * alignment;
    }

    /** The place of the best candidate in the list, the first of equals; empty where none may be chosen. */
    public OptionalInt choose(List<Candidate> found) {
        int best = -1;
        for (int i = 0; i < found.size(); i++) {
            var candidate = found.get(i);
            boolean mayWin = !skipsEmptyMasks || !candidate.isEmpty();
            if (mayWin && (best < 0 || score(candidate) > score(found.get(best)))) {
                best = i;
            }
        }
        return best < 0 ? OptionalInt.empty() : OptionalInt.of(best);
    }

    private float score(Candidate candidate) {
        float score = score(candidate.confidence(), candidate.alignment());
        return Float.isNaN(score) ? Float.NEGATIVE_INFINITY : score;
    }
}
