package org.sola.evfsam;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sola.image.RgbImage;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/** From starting values to masks: what a frame shows and what an expression says must both get through. */
class EvfSamLearningTest {
    private static final int SIDE = TinyEvfSam.SAM.imageSize();
    private static final int LOW = TinyEvfSam.SAM.lowResSize();
    private static final int STEPS = 80;

    /** Where a frame has red, green is on the other side. */
    private static RgbImage frame(boolean isRedLeft) {
        var rgb = new byte[3 * SIDE * SIDE];
        for (int i = 0; i < SIDE * SIDE; i++) {
            boolean isLeft = i % SIDE < SIDE / 2;
            rgb[3 * i + (isLeft == isRedLeft ? 0 : 1)] = (byte) 200;
        }
        return new RgbImage(SIDE, SIDE, rgb);
    }

    /** Frames with red on the left and on the right; "red" and "green" on each. */
    private static float[] truth() {
        var truth = new float[4 * LOW * LOW];
        for (int i = 0; i < truth.length; i++) {
            int row = i / (LOW * LOW);
            boolean isLeft = i % LOW < LOW / 2;
            truth[i] = isLeft == (row == 0 || row == 3) ? 1 : 0;
        }
        return truth;
    }

    @Test
    void aFewStepsTeachWhichSideAnExpressionMeans() {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var weights = Weights.initialise(5, manager);
            var network = EvfSam.of(TinyEvfSam.CONFIG, weights);
            var parameters = new NDList();
            weights.used().forEach((name, parameter) -> {
                if (!network.isFrozen(name)) {
                    parameter.setRequiresGradient(true);
                    parameters.add(parameter);
                }
            });
            var state = new Kernels.OptimiserState(
                    zeros(parameters, manager),
                    zeros(parameters, manager),
                    steps(parameters, manager),
                    zeros(parameters, manager));
            var sam = inputs(manager, true);
            var fusion = inputs(manager, false);
            long[] red = {0, 81, 2};
            long[] green = {0, 7, 88, 2};
            var pieces = List.of(red, green, red, green);
            var truth = EngineMemory.of(manager, truth(), new Shape(4, 1, LOW, LOW));
            var ones = truth.onesLike();
            for (int step = 0; step < STEPS; step++) {
                try (var scope = new NDScope();
                        var collector = Engine.getInstance().newGradientCollector()) {
                    scope.suppressNotUsedWarning();
                    var features = network.embedFrame(sam);
                    var image = network.embedPatches(Optional.of(fusion), features);
                    var decoded = network.decode(features, network.prompt(image, pieces));
                    var loss = Kernels.binaryCrossEntropy(decoded.masks(), truth, ones);
                    collector.backward(loss);
                    var gradients = new NDList();
                    parameters.forEach(parameter -> gradients.add(parameter.getGradient()));
                    Kernels.adamwStep(parameters, gradients, state, 3e-3, 0.9, 0.999, 1e-8, 0, 1, 0);
                }
            }
            try (var scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                var features = network.embedFrame(sam);
                var image = network.embedPatches(Optional.of(fusion), features);
                var decoded = network.decode(features, network.prompt(image, pieces));
                float[] logits = decoded.masks().toFloatArray();
                float[] expected = truth();
                int right = 0;
                for (int i = 0; i < logits.length; i++) {
                    right += logits[i] > 0 == expected[i] > 0 ? 1 : 0;
                }
                double share = (double) right / logits.length;
                assertTrue(share > 0.95, share + " of the pixels are right; a guess has a half of them");
            }
        }
    }

    private static NDArray inputs(NDManager manager, boolean isSam) {
        var parts = new ArrayList<NDArray>();
        for (boolean isRedLeft : new boolean[] {true, false}) {
            parts.add(
                    isSam
                            ? FrameInput.forSam(frame(isRedLeft), SIDE, manager)
                            : FrameInput.forFusion(
                                    frame(isRedLeft), TinyEvfSam.CONFIG.fusion().imageSize(), manager));
        }
        return parts.get(0).concat(parts.get(1), 0);
    }

    private static NDList zeros(NDList parameters, NDManager manager) {
        return new NDList(parameters.stream()
                .map(parameter -> manager.zeros(parameter.getShape()))
                .toArray(NDArray[]::new));
    }

    private static NDList steps(NDList parameters, NDManager manager) {
        var steps = new NDArray[parameters.size()];
        Arrays.setAll(steps, i -> manager.zeros(new Shape()));
        return new NDList(steps);
    }
}
