package org.sola.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.sola.cutie.Cutie;
import org.sola.cutie.CutieConfig;
import org.sola.cutie.CutieSession;
import org.sola.cutie.CutieSettings;
import org.sola.cutie.ObjectMask;
import org.sola.cutie.Segmentation;
import org.sola.mask.Mask;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.FormulaWeights;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/**
 * Some objects followed by Cutie through frames by formula, from a full working memory on. A run is one period of the
 * memory: five frames, encoding included, one of them memorised. {@code bench/cutie_peer.py} does the same.
 */
public final class CutieFollowing implements BenchmarkCase {
    /** Frames of a run. */
    public static final int PERIOD = 5;

    private static final int FRAMES = 10;
    private static final int CHECKED = 3;
    private static final int WARM = 20; // until four periods are remembered beside the first frame

    private final CutieSession session;
    private final List<NDArray> frames = new ArrayList<>();
    private int next = 1;
    private final double checked;
    private Segmentation last;

    /** @param settings whose memory has a period of {@link #PERIOD} frames */
    public CutieFollowing(Cutie cutie, CutieSettings settings, NDManager manager, int objects, int height, int width) {
        session = cutie.open(settings, height, width);
        for (int i = 0; i < FRAMES; i++) {
            frames.add(frame(manager, i, height, width));
        }
        var given = new ArrayList<ObjectMask>();
        for (int k = 0; k < objects; k++) {
            int left = (2 * k + 1) * width / 8;
            int right = (2 * k + 2) * width / 8;
            given.add(new ObjectMask(
                    k + 1,
                    Mask.of(height, width, (y, x) -> y >= height / 4 && y < height / 2 && x >= left && x < right)));
        }
        step(0, given);
        follow(CHECKED);
        checked = meanShare();
        follow(WARM - CHECKED);
    }

    /** A network of this size with weights by formula, which both sides have. */
    public static Cutie network(CutieConfig config, NDManager manager) {
        var arrays = new LinkedHashMap<String, NDArray>();
        try (var shapes = manager.newSubManager()) {
            var any = Weights.initialise(0, shapes);
            Cutie.of(config, any);
            any.used().forEach((name, array) -> arrays.put(name, weight(manager, name, array.getShape())));
        }
        return Cutie.of(config, Weights.of("weights by formula", arrays));
    }

    private static NDArray weight(NDManager manager, String name, Shape shape) {
        double offset = 0;
        double scale;
        if (name.endsWith(".running_var")) {
            offset = 1;
            scale = 0.3;
        } else if (shape.dimension() == 1 && name.endsWith(".weight")) {
            offset = name.contains(".bn3.") ? 0.5 : 1;
            scale = 0.1;
        } else if (shape.dimension() == 1 || name.endsWith("bias")) {
            scale = 0.05;
        } else {
            scale = Math.sqrt(3.0 * shape.get(0) / shape.size());
        }
        return formula(manager, name, offset, scale, shape);
    }

    private static NDArray frame(NDManager manager, int index, int height, int width) {
        try (var coarse = formula(manager, "bench.frame." + index, 0.5, 0.4, new Shape(1, 3, 8, 8))) {
            return Kernels.bilinear(coarse, height, width);
        }
    }

    private static NDArray formula(NDManager manager, String name, double offset, double scale, Shape shape) {
        var values = FormulaWeights.values(name, Math.toIntExact(shape.size()), 0, offset, scale);
        return EngineMemory.of(manager, values, shape);
    }

    @Override
    public void run() {
        follow(PERIOD);
    }

    private void follow(int count) {
        for (int i = 0; i < count; i++) {
            step(next++ % FRAMES, List.of());
        }
    }

    private void step(int frame, List<ObjectMask> given) {
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            last = session.step(session.encodeUnit(frames.get(frame)), given);
        }
    }

    /**
     * Mean share of the first object on an early frame, by which two programs see that they do the same; on later ones
     * they drift apart, as rounding grows from frame to frame.
     */
    public double checkedShare() {
        return checked;
    }

    private double meanShare() {
        int pixels = last.height() * last.width();
        double sum = 0;
        for (int i = 0; i < pixels; i++) {
            sum += last.shares()[pixels + i];
        }
        return sum / pixels;
    }

    @Override
    public void close() {
        session.close();
        frames.forEach(NDArray::close);
    }
}
