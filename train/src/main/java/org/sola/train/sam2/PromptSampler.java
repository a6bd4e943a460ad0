package org.sola.train.sam2;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Draws prompts for objects of an image: a click, several clicks, a box, or a click on no object at all. All prompts of
 * a step are of one kind, so that they make one batch.
 */
final class PromptSampler {
    /** What the prompts of a step are. */
    enum Kind {
        CLICK(1),
        CLICKS(3),
        BOX(2);

        private final int points;

        Kind(int points) {
            this.points = points;
        }

        /** Points a prompt has; a box counts as its two corners. */
        int points() {
            return points;
        }
    }

    private static final int SMALLEST_PIXELS = 40;
    private static final double BACKGROUND_SHARE = 0.12;
    private static final double BOX_JITTER = 0.08;

    private PromptSampler() {}

    /**
     * The prompts of one image.
     *
     * @param objects the object of each prompt, -1 for none
     * @param points x and y of every point in pixels, prompt by prompt
     * @param labels label of every point: 1 on, 0 off, 2 and 3 the corners of a box
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Prompts(int[] objects, float[] points, float[] labels) {}

    /** Three of four steps are single clicks, as the grid of automatic masks gives them. */
    static Kind kind(SplittableRandom random) {
        int draw = random.nextInt(100);
        return draw < 72 ? Kind.CLICK : draw < 88 ? Kind.BOX : Kind.CLICKS;
    }

    static Prompts sample(TrainingImage image, Kind kind, int count, SplittableRandom random) {
        var visible = image.visible(SMALLEST_PIXELS);
        var objects = new int[count];
        var points = new float[count * kind.points() * 2];
        var labels = new float[count * kind.points()];
        for (int p = 0; p < count; p++) {
            boolean none = visible.isEmpty()
                    || kind == Kind.CLICK && image.backgroundPixels() > 0 && random.nextDouble() < BACKGROUND_SHARE;
            objects[p] = none ? -1 : visible.get(random.nextInt(visible.size()));
            int at = p * kind.points();
            if (kind == Kind.BOX && !none) {
                box(image, objects[p], random, points, labels, at);
            } else {
                clicks(image, objects[p], kind.points(), random, points, labels, at);
            }
        }
        return new Prompts(objects, points, labels);
    }

    private static void clicks(
            TrainingImage image, int object, int n, SplittableRandom random, float[] points, float[] labels, int at) {
        for (int i = 0; i < n; i++) {
            boolean on = i == 0 || random.nextBoolean() || object < 0;
            int pixel = on ? anyPixel(image, object, random) : nearby(image, object, random);
            points[2 * (at + i)] = pixel % image.size() + 0.0f;
            points[2 * (at + i) + 1] = (float) (pixel / image.size());
            labels[at + i] = image.owners()[pixel] == object ? 1 : 0;
        }
    }

    private static int anyPixel(TrainingImage image, int object, SplittableRandom random) {
        int available = object < 0 ? image.backgroundPixels() : image.areas()[object];
        if (available == 0) {
            return random.nextInt(image.owners().length);
        }
        return image.pixel(object, random.nextInt(available));
    }

    /** A pixel of the object's box with some margin, on or off the object. */
    private static int nearby(TrainingImage image, int object, SplittableRandom random) {
        float[] box = image.box(object).orElseThrow();
        double margin = 0.3 * Math.max(box[2] - box[0], box[3] - box[1]);
        int x = (int) random.nextDouble(box[0] - margin, box[2] + margin);
        int y = (int) random.nextDouble(box[1] - margin, box[3] + margin);
        int last = image.size() - 1;
        return Math.min(last, Math.max(0, y)) * image.size() + Math.min(last, Math.max(0, x));
    }

    private static void box(
            TrainingImage image, int object, SplittableRandom random, float[] points, float[] labels, int at) {
        float[] box = image.box(object).orElseThrow();
        float[] jittered = Arrays.copyOf(box, 4);
        for (int i = 0; i < 4; i++) {
            double side = i % 2 == 0 ? box[2] - box[0] : box[3] - box[1];
            double limit = Math.max(1e-3, BOX_JITTER * side);
            jittered[i] += (float) random.nextDouble(-limit, limit);
        }
        System.arraycopy(jittered, 0, points, 2 * at, 4);
        labels[at] = 2;
        labels[at + 1] = 3;
    }
}
