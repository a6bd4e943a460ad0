package org.sola.train.selector;

/** Labels that tracks get from their overlap with the ground truth. */
public final class PseudoLabels {
    private PseudoLabels() {}

    /** 1 where an overlap is above {@code threshold}, strictly and compared as float32, else 0. */
    public static float[] of(float[] iou, double threshold) {
        var labels = new float[iou.length];
        for (int i = 0; i < iou.length; i++) {
            labels[i] = iou[i] > (float) threshold ? 1 : 0;
        }
        return labels;
    }

    /**
     * An expression's overlap of one track: the largest over its objects.
     *
     * @param perObject the track's mean IoU with each annotated object
     * @param objects which of them the expression means
     * @return the largest and its object, or 0 and -1 when the track touches none
     */
    public static Match best(float[] perObject, int... objects) {
        var best = new Match(0, -1);
        for (int object : objects) {
            if (perObject[object] > best.iou()) {
                best = new Match(perObject[object], object);
            }
        }
        return best;
    }

    /**
     * The object that a track covers best.
     *
     * @param iou mean IoU with it, 0 to 1
     * @param object its index, -1 for none
     */
    public record Match(float iou, int object) {}
}
