package org.sola.sam2;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Non-maximum suppression of boxes, in float32 like the original (torchvision's {@code nms}). */
public final class BoxNms {
    private BoxNms() {}

    /**
     * Going down from the largest score, keeps every box that overlaps no kept one by more than the threshold.
     *
     * @param boxes left, top, right, bottom; an area is (right - left) (bottom - top)
     * @param threshold IoU above which a box is dropped
     * @return indices of the boxes kept, the largest score first, the first of equal ones first
     */
    public static int[] keep(float[][] boxes, float[] scores, float threshold) {
        int[] order = IntStream.range(0, boxes.length)
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> -scores[i])) // a stable sort
                .mapToInt(Integer::intValue)
                .toArray();
        var isDropped = new boolean[boxes.length];
        var kept = new int[boxes.length];
        int n = 0;
        for (int i = 0; i < order.length; i++) {
            if (isDropped[order[i]]) {
                continue;
            }
            kept[n++] = order[i];
            for (int j = i + 1; j < order.length; j++) {
                isDropped[order[j]] |= iou(boxes[order[i]], boxes[order[j]]) > threshold;
            }
        }
        return Arrays.copyOf(kept, n);
    }

    /** NaN for two boxes without area, which is not above any threshold. */
    private static float iou(float[] a, float[] b) {
        float width = Math.max(0f, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
        float height = Math.max(0f, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
        float intersection = width * height;
        return intersection / (area(a) + area(b) - intersection);
    }

    private static float area(float[] box) {
        return (box[2] - box[0]) * (box[3] - box[1]);
    }
}
