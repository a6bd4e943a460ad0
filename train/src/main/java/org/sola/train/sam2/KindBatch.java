package org.sola.train.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.sola.demo.DemoObject;
import org.sola.tensor.EngineMemory;

/**
 * Images and all their visible objects. F images, P places for objects an image, of which some stay empty; S side.
 *
 * @param pixels F times (3, S, S)
 * @param targets (F * P, S/4, S/4), covered shares; zeros in an empty place
 * @param rows the places taken, in order
 * @param objects what is there
 * @param boxes and where
 */
@SuppressWarnings("ArrayRecordComponent")
record KindBatch(
        List<float[]> pixels, int size, float[] targets, long[] rows, List<DemoObject> objects, List<float[]> boxes) {
    static final int SMALLEST_PIXELS = 80;

    static KindBatch of(List<TrainingImage> images) {
        int size = images.get(0).size();
        int low = size / TrainingImage.STRIDE;
        int places = images.stream()
                .mapToInt(i -> i.visible(SMALLEST_PIXELS).size())
                .max()
                .orElseThrow();
        var targets = new float[images.size() * places * low * low];
        var rows = new ArrayList<Long>();
        var objects = new ArrayList<DemoObject>();
        var boxes = new ArrayList<float[]>();
        for (int f = 0; f < images.size(); f++) {
            var image = images.get(f);
            var visible = image.visible(SMALLEST_PIXELS);
            for (int p = 0; p < visible.size(); p++) {
                int row = f * places + p;
                image.writeTarget(visible.get(p), targets, row * low * low);
                rows.add((long) row);
                objects.add(image.objects().get(visible.get(p)));
                boxes.add(image.box(visible.get(p)).orElseThrow());
            }
        }
        return new KindBatch(
                images.stream().map(TrainingImage::pixels).toList(),
                size,
                targets,
                rows.stream().mapToLong(Long::longValue).toArray(),
                objects,
                boxes);
    }

    /** (F, 3, S, S). */
    NDArray images(NDManager manager) {
        return TrainingImage.input(manager, pixels, size);
    }

    /** (F * P, 1, S/4, S/4). */
    NDArray targets(NDManager manager) {
        int low = size / TrainingImage.STRIDE;
        return EngineMemory.of(manager, targets, new Shape(targets.length / (low * low), 1, low, low));
    }
}
