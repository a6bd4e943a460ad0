package org.sola.bench;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.sola.sam2.AutomaticMaskGenerator;
import org.sola.sam2.FrameFeatures;
import org.sola.sam2.MaskGeneratorSettings;
import org.sola.sam2.Sam2Image;

/**
 * Automatic masks of one image whose features are there already. With random weights the official threshold of predicted
 * IoU means nothing; the median of a few points' predictions takes its place, so that half of the masks go on.
 */
final class MaskGeneratorCase implements BenchmarkCase {
    private static final int HEIGHT = 720;
    private static final int WIDTH = 1280;

    private final NDManager manager;
    private final FrameFeatures features;
    private final AutomaticMaskGenerator generator;
    private final float threshold;
    private int masks;

    private MaskGeneratorCase(NDManager manager, Sam2Image model, FrameFeatures features, int pointsPerSide) {
        this.manager = manager;
        this.features = features;
        this.threshold = medianPrediction(model, features);
        this.generator = AutomaticMaskGenerator.of(
                model,
                MaskGeneratorSettings.defaults()
                        .withPointsPerSide(pointsPerSide)
                        .withThresholds(
                                threshold, MaskGeneratorSettings.defaults().stabilityThreshold()));
    }

    static MaskGeneratorCase of(Sam2Networks networks, int pointsPerSide) throws IOException {
        var manager = NDManager.newBaseManager(networks.device());
        var config = networks.config(networks.config());
        var model = Sam2Image.of(config, networks.weights(networks.config(), manager));
        return new MaskGeneratorCase(
                manager, model, SmoothFeatures.of(config, manager).keep(manager), pointsPerSide);
    }

    /** Of the three masks of 4 x 4 points. */
    private static float medianPrediction(Sam2Image model, FrameFeatures features) {
        int side = 4;
        float size = model.config().imageSize();
        var places = new float[side * side * 2];
        for (int i = 0; i < side * side; i++) {
            places[2 * i] = (i % side + 0.5f) / side * size;
            places[2 * i + 1] = (i / side + 0.5f) / side * size;
        }
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var manager = features.s2().getManager();
            var sparse = model.promptEncoder()
                    .points(
                            manager.create(places, new Shape(side * side, 1, 2)),
                            manager.ones(new Shape(side * side, 1)));
            float[] ious = model.decode(features, sparse, model.promptEncoder().noMask())
                    .ious()
                    .get(":, 1:")
                    .toFloatArray();
            Arrays.sort(ious);
            return ious[ious.length / 2];
        }
    }

    @Override
    public void run() {
        masks = generator.generate(features, HEIGHT, WIDTH).size();
    }

    @Override
    public Map<String, Object> facts() {
        return Map.of("masks", masks, "predicted_iou_threshold", threshold);
    }

    @Override
    public void close() {
        manager.close();
    }
}
