package org.sola.train.findtrack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.sola.demo.RenderedFrame;
import org.sola.evfsam.EvfSam;
import org.sola.evfsam.FrameSize;
import org.sola.image.RgbImage;
import org.sola.tensor.EngineMemory;

/**
 * Frames and expressions of one step. F frames, E expressions, those of a frame neighbours and equally many for each.
 *
 * @param images the frames
 * @param pieces word pieces of each expression, ends included
 * @param targets (E, m, m), the covered share of each pixel of SAM's masks
 * @param patchTargets (E, g, g), the covered share of each patch of the fusion
 * @param patchObjects (E, g, g), the share of each that any object covers
 * @param points (E, 2), a place on the object that is meant, x before y, in pixels of SAM's input
 * @param isOne (E), 1 where exactly one object is meant and seen, else 0 and its place means nothing
 * @param shown 1 where some pixel of the mask is at least half covered, 0 where the frame shows nothing that is meant
 * @param sizes m and g
 */
@SuppressWarnings("ArrayRecordComponent")
record ReferringBatch(
        List<RgbImage> images,
        List<long[]> pieces,
        float[] targets,
        float[] patchTargets,
        float[] patchObjects,
        float[] points,
        float[] isOne,
        float[] shown,
        Sizes sizes) {
    /** Ids of all objects that a frame can have. */
    private static final List<Integer> ALL = IntStream.range(1, 256).boxed().toList();

    /** Sides: of SAM's masks in pixels, of the fusion's input in patches. */
    record Sizes(int mask, int grid) {}

    /**
     * An expression.
     *
     * @param pieces its word pieces
     * @param objects what it means, ids from 1
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Meant(long[] pieces, List<Integer> objects) {}

    /** A frame and what is asked of it. */
    record Frame(RenderedFrame rendered, List<Meant> expressions) {
        Frame {
            expressions = List.copyOf(expressions);
        }
    }

    /** @param network whose inputs these are */
    static ReferringBatch of(List<Frame> frames, EvfSam network) {
        var sizes = new Sizes(network.maskSize(), network.config().fusion().gridSize());
        int expressions = frames.stream().mapToInt(f -> f.expressions().size()).sum();
        var images = new ArrayList<RgbImage>();
        var pieces = new ArrayList<long[]>();
        var targets = new float[expressions * sizes.mask() * sizes.mask()];
        var patchTargets = new float[expressions * sizes.grid() * sizes.grid()];
        var patchObjects = new float[patchTargets.length];
        var points = new float[expressions * 2];
        var isOne = new float[expressions];
        var shown = new float[expressions];
        for (var frame : frames) {
            var image = frame.rendered().image();
            images.add(image);
            var size = network.size(image.height(), image.width());
            var masks = Cells.of(size, network.imageSize(), sizes.mask());
            var squashed = new FrameSize(image.height(), image.width(), sizes.grid(), sizes.grid());
            var patches = Cells.of(squashed, sizes.grid(), sizes.grid());
            for (var meant : frame.expressions()) {
                int e = pieces.size();
                shown[e] = masks.cover(frame.rendered(), meant.objects(), targets, e) ? 1 : 0;
                patches.cover(frame.rendered(), meant.objects(), patchTargets, e);
                patches.cover(frame.rendered(), ALL, patchObjects, e);
                if (meant.objects().size() == 1 && shown[e] > 0) {
                    isOne[e] = 1;
                    int at = middle(frame.rendered(), meant.objects().get(0));
                    points[2 * e] = (float) (at % image.width()) * size.inputWidth() / image.width();
                    points[2 * e + 1] = (float) (at / image.width()) * size.inputHeight() / image.height();
                }
                pieces.add(meant.pieces());
            }
        }
        return new ReferringBatch(
                List.copyOf(images),
                List.copyOf(pieces),
                targets,
                patchTargets,
                patchObjects,
                points,
                isOne,
                shown,
                sizes);
    }

    /** The object's pixel nearest to the mean of all of them, row by row. */
    private static int middle(RenderedFrame frame, int object) {
        int width = frame.image().width();
        int[] own = IntStream.range(0, frame.owners().length)
                .filter(i -> (frame.owners()[i] & 0xFF) == object)
                .toArray();
        double x = IntStream.of(own).map(i -> i % width).average().orElseThrow();
        double y = IntStream.of(own).map(i -> i / width).average().orElseThrow();
        int nearest = own[0];
        double least = Double.POSITIVE_INFINITY;
        for (int i : own) {
            double distance = Math.hypot(i % width - x, i / width - y);
            if (distance < least) {
                least = distance;
                nearest = i;
            }
        }
        return nearest;
    }

    /** Which cell of a square grid each row and column of a frame falls into, and how many fall into each. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Cells(int[] rowOf, int[] columnOf, int[] rows, int[] columns) {
        /** Of a network input of {@code side} pixels that is cut into {@code grid} x {@code grid} cells. */
        static Cells of(FrameSize size, int side, int grid) {
            var rowOf = cells(size.height(), size.inputHeight(), side, grid);
            var columnOf = cells(size.width(), size.inputWidth(), side, grid);
            return new Cells(rowOf, columnOf, counts(rowOf, grid), counts(columnOf, grid));
        }

        private static int[] cells(int length, int inputLength, int side, int grid) {
            var cells = new int[length];
            for (int i = 0; i < length; i++) {
                cells[i] = (int) ((long) i * inputLength * grid / ((long) length * side));
            }
            return cells;
        }

        private static int[] counts(int[] cells, int grid) {
            var counts = new int[grid];
            for (int cell : cells) {
                counts[cell]++;
            }
            return counts;
        }

        /** Writes the covered share of each cell as the {@code e}-th grid; whether some cell is half covered. */
        boolean cover(RenderedFrame frame, List<Integer> objects, float[] grids, int e) {
            int grid = rows.length;
            int offset = e * grid * grid;
            var isMeant = new boolean[256];
            objects.forEach(id -> isMeant[id] = true);
            for (int y = 0; y < rowOf.length; y++) {
                for (int x = 0; x < columnOf.length; x++) {
                    if (isMeant[frame.owners()[y * columnOf.length + x] & 0xFF]) {
                        grids[offset + rowOf[y] * grid + columnOf[x]]++;
                    }
                }
            }
            boolean isShown = false;
            for (int cell = 0; cell < grid * grid; cell++) {
                int pixels = rows[cell / grid] * columns[cell % grid];
                if (pixels > 0) {
                    grids[offset + cell] /= pixels;
                    isShown |= grids[offset + cell] > 0.5f;
                }
            }
            return isShown;
        }
    }

    int expressions() {
        return shown.length;
    }

    /** (F, 3, S, S). */
    NDArray samFrames(EvfSam network, NDManager manager) {
        var frames = new NDList();
        images.forEach(image -> frames.add(network.input(image, manager)));
        return NDArrays.concat(frames, 0);
    }

    /** (F, 3, s, s), if the fusion sees pixels. */
    Optional<NDArray> fusionFrames(EvfSam network, NDManager manager) {
        var frames = new NDList();
        images.forEach(image -> network.fusionInput(image, manager).ifPresent(frames::add));
        return frames.isEmpty() ? Optional.empty() : Optional.of(NDArrays.concat(frames, 0));
    }

    /** (E, 1, m, m). */
    NDArray targets(NDManager manager) {
        return EngineMemory.of(manager, targets, new Shape(expressions(), 1, sizes.mask(), sizes.mask()));
    }

    /** (E, 1, g, g). */
    NDArray patchTargets(NDManager manager) {
        return EngineMemory.of(manager, patchTargets, new Shape(expressions(), 1, sizes.grid(), sizes.grid()));
    }

    /** (E, 1, g, g). */
    NDArray patchObjects(NDManager manager) {
        return EngineMemory.of(manager, patchObjects, new Shape(expressions(), 1, sizes.grid(), sizes.grid()));
    }

    /** (E, 1, 2). */
    NDArray points(NDManager manager) {
        return EngineMemory.of(manager, points, new Shape(expressions(), 1, 2));
    }

    /** (E, 1, 1). */
    NDArray isOne(NDManager manager) {
        return EngineMemory.of(manager, isOne, new Shape(expressions(), 1, 1));
    }

    /** (E, 1). */
    NDArray shown(NDManager manager) {
        return EngineMemory.of(manager, shown, new Shape(expressions(), 1));
    }
}
