package org.sola.train.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.sola.demo.DemoObject;
import org.sola.tensor.EngineMemory;

/**
 * Images and prompts of one step. F images, P prompts an image, N points a prompt, S side; all prompts are of one kind.
 *
 * @param pixels F times (3, S, S)
 * @param kind what the prompts are
 * @param points (F * P, N, 2) in pixels
 * @param labels (F * P, N)
 * @param clicks the low-resolution pixel of each prompt's first point
 * @param targets (F * P, S/4, S/4), covered shares
 * @param prompted 1 where the prompt means an object, 0 where it means none
 * @param objects the object of each prompt that means one
 * @param boxes its box
 */
@SuppressWarnings("ArrayRecordComponent")
record ImageBatch(
        List<float[]> pixels,
        PromptSampler.Kind kind,
        int size,
        float[] points,
        float[] labels,
        int[] clicks,
        float[] targets,
        float[] prompted,
        List<DemoObject> objects,
        List<float[]> boxes) {

    static ImageBatch of(List<TrainingImage> images, int promptsPerImage, SplittableRandom random) {
        var kind = PromptSampler.kind(random);
        int size = images.get(0).size();
        int low = size / TrainingImage.STRIDE;
        int total = images.size() * promptsPerImage;
        var points = new float[total * kind.points() * 2];
        var labels = new float[total * kind.points()];
        var clicks = new int[total];
        var targets = new float[total * low * low];
        var prompted = new float[total];
        var objects = new ArrayList<DemoObject>();
        var boxes = new ArrayList<float[]>();
        var pixels = new ArrayList<float[]>();
        for (int f = 0; f < images.size(); f++) {
            var image = images.get(f);
            pixels.add(image.pixels());
            var prompts = PromptSampler.sample(image, kind, promptsPerImage, random);
            int first = f * promptsPerImage;
            System.arraycopy(prompts.points(), 0, points, first * kind.points() * 2, prompts.points().length);
            System.arraycopy(prompts.labels(), 0, labels, first * kind.points(), prompts.labels().length);
            for (int p = 0; p < promptsPerImage; p++) {
                int object = prompts.objects()[p];
                float[] at = kind == PromptSampler.Kind.BOX && object >= 0
                        ? centreOf(image, object)
                        : new float[] {
                            prompts.points()[p * kind.points() * 2], prompts.points()[p * kind.points() * 2 + 1]
                        };
                clicks[first + p] = (int) at[1] / TrainingImage.STRIDE * low + (int) at[0] / TrainingImage.STRIDE;
                if (object >= 0) {
                    image.writeTarget(object, targets, (first + p) * low * low);
                    prompted[first + p] = 1;
                    objects.add(image.objects().get(object));
                    boxes.add(image.box(object).orElseThrow());
                }
            }
        }
        return new ImageBatch(pixels, kind, size, points, labels, clicks, targets, prompted, objects, boxes);
    }

    /** A pixel in the middle of the object's pixels, for supervision by place where the prompt is a box. */
    private static float[] centreOf(TrainingImage image, int object) {
        int pixel = image.pixel(object, image.areas()[object] / 2);
        return new float[] {pixel % image.size(), (float) (pixel / image.size())};
    }

    int promptCount() {
        return prompted.length;
    }

    /** (F, 3, S, S). */
    NDArray images(NDManager manager) {
        return TrainingImage.input(manager, pixels, size);
    }

    NDArray points(NDManager manager) {
        return EngineMemory.of(manager, points, new Shape(promptCount(), kind.points(), 2));
    }

    NDArray labels(NDManager manager) {
        return EngineMemory.of(manager, labels, new Shape(promptCount(), kind.points()));
    }

    /** (F * P, 1, S/4, S/4). */
    NDArray targets(NDManager manager) {
        int low = size / TrainingImage.STRIDE;
        return EngineMemory.of(manager, targets, new Shape(promptCount(), 1, low, low));
    }

    /** (F * P, 1). */
    NDArray prompted(NDManager manager) {
        return EngineMemory.of(manager, prompted, new Shape(promptCount(), 1));
    }
}
