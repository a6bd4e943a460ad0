package org.sola.train.findtrack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.sola.demo.RenderedFrame;
import org.sola.evfsam.EvfSamConfig;
import org.sola.evfsam.FrameInput;
import org.sola.tensor.EngineMemory;

/**
 * Frames and expressions of one step. F frames, E expressions, those of a frame neighbours and equally many for each.
 *
 * @param samPixels a frame each, (3, S, S), as SAM sees it
 * @param fusionPixels a frame each, (3, s, s), as the fusion sees it
 * @param pieces word pieces of each expression, ends included
 * @param targets (E, m, m), the covered share of each pixel of the decoder's masks
 * @param shown 1 where some pixel of the mask is at least half covered, 0 where the frame shows nothing that is meant
 * @param sizes S, s and m
 */
@SuppressWarnings("ArrayRecordComponent")
record ReferringBatch(
        List<float[]> samPixels,
        List<float[]> fusionPixels,
        List<long[]> pieces,
        float[] targets,
        float[] shown,
        Sizes sizes) {

    /** Sides in pixels: of SAM's input, of the fusion's input, of the masks. */
    record Sizes(int sam, int fusion, int mask) {}

    /**
     * An expression.
     *
     * @param pieces its word pieces
     * @param objects what it means, ids from 1
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Meant(long[] pieces, List<Integer> objects) {}

    /** A frame, its longer side that of SAM's input, and what is asked of it. */
    record Frame(RenderedFrame rendered, List<Meant> expressions) {
        Frame {
            expressions = List.copyOf(expressions);
        }
    }

    static ReferringBatch of(List<Frame> frames, EvfSamConfig.Sam sam, int fusionSize) {
        var sizes = new Sizes(sam.imageSize(), fusionSize, sam.lowResSize());
        var samPixels = new ArrayList<float[]>();
        var fusionPixels = new ArrayList<float[]>();
        var pieces = new ArrayList<long[]>();
        for (var frame : frames) {
            var image = frame.rendered().image();
            samPixels.add(FrameInput.samPlanes(image, sizes.sam()));
            fusionPixels.add(FrameInput.fusionPlanes(image, sizes.fusion()));
            frame.expressions().forEach(meant -> pieces.add(meant.pieces()));
        }
        int pixels = sizes.mask() * sizes.mask();
        var targets = new float[pieces.size() * pixels];
        var shown = new float[pieces.size()];
        int e = 0;
        for (var frame : frames) {
            for (var meant : frame.expressions()) {
                shown[e] = draw(frame.rendered(), meant, sizes, targets, e * pixels) ? 1 : 0;
                e++;
            }
        }
        return new ReferringBatch(
                List.copyOf(samPixels), List.copyOf(fusionPixels), List.copyOf(pieces), targets, shown, sizes);
    }

    /** Writes an expression's mask at {@code offset}; whether it has a pixel. */
    private static boolean draw(RenderedFrame frame, Meant meant, Sizes sizes, float[] targets, int offset) {
        int stride = sizes.sam() / sizes.mask();
        float unit = 1f / (stride * stride);
        int width = frame.image().width();
        for (int i = 0; i < frame.owners().length; i++) {
            int owner = frame.owners()[i] & 0xFF;
            if (owner != 0 && meant.objects().contains(owner)) {
                targets[offset + i / width / stride * sizes.mask() + i % width / stride] += unit;
            }
        }
        for (int i = offset; i < offset + sizes.mask() * sizes.mask(); i++) {
            if (targets[i] > 0.5f) {
                return true;
            }
        }
        return false;
    }

    int expressions() {
        return shown.length;
    }

    /** (F, 3, S, S). */
    NDArray samFrames(NDManager manager) {
        return frames(manager, samPixels, sizes.sam());
    }

    /** (F, 3, s, s). */
    NDArray fusionFrames(NDManager manager) {
        return frames(manager, fusionPixels, sizes.fusion());
    }

    /** (E, 1, m, m). */
    NDArray targets(NDManager manager) {
        return EngineMemory.of(manager, targets, new Shape(expressions(), 1, sizes.mask(), sizes.mask()));
    }

    /** (E, 1). */
    NDArray shown(NDManager manager) {
        return EngineMemory.of(manager, shown, new Shape(expressions(), 1));
    }

    private static NDArray frames(NDManager manager, List<float[]> pixels, int size) {
        int length = 3 * size * size;
        var all = new float[pixels.size() * length];
        for (int f = 0; f < pixels.size(); f++) {
            System.arraycopy(pixels.get(f), 0, all, f * length, length);
        }
        return EngineMemory.of(manager, all, new Shape(pixels.size(), 3, size, size));
    }
}
