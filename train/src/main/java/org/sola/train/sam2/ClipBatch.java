package org.sola.train.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.sola.tensor.EngineMemory;

/**
 * A clip of T frames and the O objects that are prompted in its first; half of the clips run backwards in time.
 *
 * @param frames the frames, in the order of tracking
 * @param objects numbers of the objects in the frames
 * @param prompt how they are prompted
 * @param points (O, N, 2) points of the prompts, where they are clicks or boxes
 * @param labels (O, N)
 */
@SuppressWarnings("ArrayRecordComponent")
public record ClipBatch(
        List<TrainingImage> frames, List<Integer> objects, Prompting prompt, float[] points, float[] labels) {
    /** How the objects of a clip are given. */
    public enum Prompting {
        MASK,
        CLICK,
        BOX
    }

    /** Prompts objects in the first of the frames: half by masks, as tracks begin, the others by clicks and boxes. */
    static ClipBatch withPrompts(List<TrainingImage> frames, List<Integer> objects, SplittableRandom random) {
        int draw = random.nextInt(100);
        var prompt = draw < 50 ? Prompting.MASK : draw < 85 ? Prompting.CLICK : Prompting.BOX;
        int n = prompt == Prompting.BOX ? 2 : 1;
        var points = new float[objects.size() * n * 2];
        var labels = new float[objects.size() * n];
        var first = frames.get(0);
        for (int o = 0; o < objects.size(); o++) {
            int object = objects.get(o);
            if (prompt == Prompting.BOX) {
                System.arraycopy(first.box(object).orElseThrow(), 0, points, 4 * o, 4);
                labels[2 * o] = 2;
                labels[2 * o + 1] = 3;
            } else {
                int pixel = first.pixel(object, random.nextInt(first.areas()[object]));
                points[2 * o] = pixel % first.size();
                points[2 * o + 1] = (float) (pixel / first.size());
                labels[o] = 1;
            }
        }
        return new ClipBatch(frames, objects, prompt, points, labels);
    }

    /** (T, 3, S, S). */
    NDArray images(NDManager manager) {
        return TrainingImage.input(
                manager,
                frames.stream().map(TrainingImage::pixels).toList(),
                frames.get(0).size());
    }

    NDArray points(NDManager manager) {
        return EngineMemory.of(manager, points, new Shape(objects.size(), points.length / 2 / objects.size(), 2));
    }

    NDArray labels(NDManager manager) {
        return EngineMemory.of(manager, labels, new Shape(objects.size(), labels.length / objects.size()));
    }

    /** (O, 1, S, S): the visible pixels in the first frame, 0 or 1. */
    NDArray promptMasks(NDManager manager) {
        var first = frames.get(0);
        int pixels = first.size() * first.size();
        var masks = new float[objects.size() * pixels];
        for (int o = 0; o < objects.size(); o++) {
            for (int i = 0; i < pixels; i++) {
                masks[o * pixels + i] = first.owners()[i] == objects.get(o) ? 1 : 0;
            }
        }
        return EngineMemory.of(manager, masks, new Shape(objects.size(), 1, first.size(), first.size()));
    }

    /** (O, 1, S/4, S/4): the covered shares in frame {@code t}. */
    NDArray targets(NDManager manager, int t) {
        var frame = frames.get(t);
        int low = frame.size() / TrainingImage.STRIDE;
        var targets = new float[objects.size() * low * low];
        for (int o = 0; o < objects.size(); o++) {
            frame.writeTarget(objects.get(o), targets, o * low * low);
        }
        return EngineMemory.of(manager, targets, new Shape(objects.size(), 1, low, low));
    }

    /** (O, 1): 1 where an object can be seen in frame {@code t}. */
    NDArray present(NDManager manager, int t) {
        var present = new float[objects.size()];
        for (int o = 0; o < present.length; o++) {
            present[o] = isPresent(o, t) ? 1 : 0;
        }
        return EngineMemory.of(manager, present, new Shape(objects.size(), 1));
    }

    boolean isPresent(int o, int t) {
        return frames.get(t).shows(objects.get(o));
    }

    /** What is true of the tokens in {@code rows} (numbers among the objects) in frame {@code t}. */
    TokenProbe.Truth truth(NDManager manager, List<Integer> rows, int t) {
        var frame = frames.get(t);
        return TokenProbe.Truth.of(
                manager,
                rows.stream().map(o -> frame.objects().get(objects.get(o))).toList(),
                rows.stream().map(o -> frame.box(objects.get(o)).orElseThrow()).toList(),
                frame.size());
    }

    /** Objects that can be seen in frame {@code t} and whose score says so. */
    List<Integer> recognised(float[] scores, int t) {
        return IntStream.range(0, scores.length)
                .filter(o -> scores[o] > 0 && isPresent(o, t))
                .boxed()
                .toList();
    }
}
