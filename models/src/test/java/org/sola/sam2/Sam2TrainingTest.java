package org.sola.sam2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sola.tensor.FormulaWeights;
import org.sola.tensor.Weights;

class Sam2TrainingTest {
    private static final Set<String> DRAWN_ONCE =
            Set.of("sam_prompt_encoder.pe_layer.positional_encoding_gaussian_matrix");

    private static Sam2Config nano() throws Exception {
        return Sam2Config.read(Path.of(System.getProperty("sola.home"), "configs/models/sam2.1-nano.yaml"));
    }

    private static NDArray formula(NDManager manager, String name, double scale, long... shape) {
        var s = new Shape(shape);
        return manager.create(FormulaWeights.values(name, (int) s.size(), 3, 0, scale), s);
    }

    @Test
    void gradientsReachEveryParameterOfTheImagePart() throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var weights = Weights.initialise(1, manager);
            var model = Sam2Image.of(nano(), weights);
            var trained = new ArrayList<String>();
            weights.used().forEach((name, array) -> {
                if (!DRAWN_ONCE.contains(name)) {
                    array.setRequiresGradient(true);
                    trained.add(name);
                }
            });
            // two frames, two prompts each; labels of every kind, masks on all
            var images = formula(manager, "images", 1.5, 2, 3, 256, 256);
            var points = formula(manager, "points", 128, 4, 5, 2).add(128);
            var labels = manager.create(
                    new float[] {0, 1, 2, 3, -1, 1, 0, 3, 2, -1, 0, 1, 2, 3, -1, 1, 0, 3, 2, -1}, new Shape(4, 5));
            var masks = formula(manager, "masks", 8, 4, 1, 64, 64);
            try (var collector = Engine.getInstance().newGradientCollector()) {
                var features = model.imageEncoder().forward(images);
                var sparse = model.promptEncoder().points(points, labels);
                var withMask =
                        model.decode(features, sparse, model.promptEncoder().mask(masks));
                var without =
                        model.decode(features, sparse, model.promptEncoder().noMask());
                var loss = withMask.masks()
                        .square()
                        .mean()
                        .add(without.masks().square().mean())
                        .add(withMask.ious().square().mean())
                        .add(withMask.objectScore().square().mean());
                collector.backward(loss);
            }
            var silent = new ArrayList<String>();
            for (var name : trained) {
                if (weights.used().get(name).getGradient().abs().sum().getFloat() == 0) {
                    silent.add(name);
                }
            }
            // softmax does not see a shift of all its scores
            silent.removeIf(name -> name.endsWith("k_proj.bias"));
            assertEquals(List.of(), silent, "parameters without a gradient");
            assertTrue(trained.size() > 200);
        }
    }

    @Test
    void promptsOfOneFrameTogetherEqualEachAlone() throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var model = Sam2Image.of(nano(), Weights.initialise(2, manager));
            var features = model.imageEncoder().forward(formula(manager, "images", 1.5, 1, 3, 256, 256));
            var points = formula(manager, "points", 128, 3, 2, 2).add(128);
            var labels = manager.ones(new Shape(3, 2));
            var noMask = model.promptEncoder().noMask();
            var together = model.decode(features, model.promptEncoder().points(points, labels), noMask);
            for (int i = 0; i < 3; i++) {
                String row = i + ":" + (i + 1);
                var sparse = model.promptEncoder().points(points.get(row), labels.get(row));
                var alone = model.decode(features, sparse, noMask);
                assertClose(alone.masks(), together.masks().get(row));
                assertClose(alone.ious(), together.ious().get(row));
                assertClose(alone.maskTokens(), together.maskTokens().get(row));
            }
        }
    }

    @Test
    void promptsOfTwoFramesTogetherEqualEachFrameAlone() throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var model = Sam2Image.of(nano(), Weights.initialise(2, manager));
            var features = model.imageEncoder().forward(formula(manager, "images", 1.5, 2, 3, 256, 256));
            var points = formula(manager, "points", 128, 4, 1, 2).add(128);
            var labels = manager.ones(new Shape(4, 1));
            var masks = formula(manager, "masks", 8, 4, 1, 64, 64);
            var encoder = model.promptEncoder();
            var together = model.decode(features, encoder.points(points, labels), encoder.mask(masks));
            for (int frame = 0; frame < 2; frame++) {
                String rows = 2 * frame + ":" + (2 * frame + 2);
                var alone = model.decode(
                        features.frame(frame),
                        encoder.points(points.get(rows), labels.get(rows)),
                        encoder.mask(masks.get(rows)));
                assertClose(alone.masks(), together.masks().get(rows));
                assertClose(alone.objectScore(), together.objectScore().get(rows));
            }
        }
    }

    private static void assertClose(NDArray expected, NDArray actual) {
        assertEquals(expected.getShape(), actual.getShape());
        float difference = expected.sub(actual).abs().max().getFloat();
        assertTrue(difference < 1e-4, "differs by " + difference);
    }
}
