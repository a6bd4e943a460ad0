package org.sola.train.selector;

import java.util.Arrays;

/** An expression of a training video with its pseudo labels: how well each track covers what is meant. */
public final class TrainingExpression {
    private final String id;
    private final String text;
    private final String kind;
    private final float[] iou;

    /**
     * @param id its key in the video
     * @param text the sentence
     * @param kind what sort of sentence it is, "" where the data set does not say
     * @param iou per track the largest mean IoU with one of the expression's objects, 0 to 1
     */
    public TrainingExpression(String id, String text, String kind, float... iou) {
        this.id = id;
        this.text = text;
        this.kind = kind;
        this.iou = iou.clone();
    }

    public String id() {
        return id;
    }

    public String text() {
        return text;
    }

    public String kind() {
        return kind;
    }

    /** Tracks. */
    public int tracks() {
        return iou.length;
    }

    /** 1 for a track whose IoU is above {@code threshold}, both as float32, else 0. */
    public float[] labels(double threshold) {
        return PseudoLabels.of(iou, threshold);
    }

    /** Whether any track's IoU is above {@code threshold}. */
    boolean hasPositive(double threshold) {
        for (float label : labels(threshold)) {
            if (label == 1) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return id + " \"" + text + "\" " + Arrays.toString(iou);
    }
}
