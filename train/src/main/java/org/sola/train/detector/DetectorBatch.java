package org.sola.train.detector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.sola.demo.RenderedFrame;
import org.sola.detector.BoxDetector;
import org.sola.image.Normalisation;

/**
 * The frames of one step and which cells should say what.
 *
 * @param pixels a frame each, (3, S, S), normalised
 * @param size S
 * @param rows cells that answer for an object, counted through all frames
 * @param boxes the box of each of them: left, top, right, bottom in pixels
 */
@SuppressWarnings("ArrayRecordComponent")
record DetectorBatch(List<float[]> pixels, int size, long[] rows, float[] boxes) {
    /** A cell belongs to an object from this share of its pixels on. */
    private static final int LEAST_PIXELS = BoxDetector.STRIDE * BoxDetector.STRIDE / 4;

    static DetectorBatch of(List<RenderedFrame> frames, int smallestPixels, int cellsPerObject) {
        int size = frames.get(0).image().width();
        int cells = size / BoxDetector.STRIDE * (size / BoxDetector.STRIDE);
        var pixels = new ArrayList<float[]>();
        var rows = new ArrayList<Long>();
        var boxes = new ArrayList<float[]>();
        for (int f = 0; f < frames.size(); f++) {
            pixels.add(Normalisation.IMAGENET.apply(frames.get(f).image()));
            var answers = answers(frames.get(f), size, smallestPixels, cellsPerObject);
            for (int cell = 0; cell < answers.length; cell++) {
                if (answers[cell] != null) {
                    rows.add((long) f * cells + cell);
                    boxes.add(answers[cell]);
                }
            }
        }
        var flat = new float[4 * boxes.size()];
        for (int i = 0; i < boxes.size(); i++) {
            System.arraycopy(boxes.get(i), 0, flat, 4 * i, 4);
        }
        return new DetectorBatch(
                List.copyOf(pixels),
                size,
                rows.stream().mapToLong(Long::longValue).toArray(),
                flat);
    }

    /** One object as it is seen: its pixels in each cell and its box. */
    private record Seen(int[] pixels, float[] box, int area) {
        static Seen nothing(int cells, int size) {
            return new Seen(new int[cells], new float[] {size, size, 0, 0}, 0);
        }
    }

    /** The box that each cell should give, null where it should give none. Smaller objects come before larger ones. */
    private static float[][] answers(RenderedFrame frame, int size, int smallestPixels, int cellsPerObject) {
        int side = size / BoxDetector.STRIDE;
        var answers = new float[side * side][];
        var seen = seen(frame, size, side);
        var order = IntStream.range(0, seen.size())
                .filter(i -> seen.get(i).area() >= smallestPixels)
                .boxed()
                .sorted(Comparator.comparingInt(i -> -seen.get(i).area()))
                .toList();
        for (int i : order) {
            var object = seen.get(i);
            int most = Arrays.stream(object.pixels()).max().orElse(0);
            int least = Math.min(most, LEAST_PIXELS);
            float[] box = object.box();
            IntStream.range(0, side * side)
                    .filter(cell -> object.pixels()[cell] >= least)
                    .boxed()
                    .sorted(Comparator.comparingDouble(cell -> fromMiddle(cell, side, box)))
                    .limit(cellsPerObject)
                    .forEach(cell -> answers[cell] = box);
        }
        return answers;
    }

    private static double fromMiddle(int cell, int side, float[] box) {
        double x = (cell % side + 0.5) * BoxDetector.STRIDE - (box[0] + box[2]) / 2;
        double y = (cell / side + 0.5) * BoxDetector.STRIDE - (box[1] + box[3]) / 2;
        return x * x + y * y;
    }

    private static List<Seen> seen(RenderedFrame frame, int size, int side) {
        var areas = frame.visiblePixels();
        var seen = new ArrayList<Seen>();
        for (int area : areas) {
            var nothing = Seen.nothing(side * side, size);
            seen.add(new Seen(nothing.pixels(), nothing.box(), area));
        }
        byte[] owners = frame.owners();
        for (int i = 0; i < owners.length; i++) {
            if (owners[i] != 0) {
                var object = seen.get((owners[i] & 0xFF) - 1);
                int x = i % size;
                int y = i / size;
                object.pixels()[y / BoxDetector.STRIDE * side + x / BoxDetector.STRIDE]++;
                float[] box = object.box();
                box[0] = Math.min(box[0], x);
                box[1] = Math.min(box[1], y);
                box[2] = Math.max(box[2], x + 1);
                box[3] = Math.max(box[3], y + 1);
            }
        }
        return seen;
    }
}
