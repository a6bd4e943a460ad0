package org.sola.sam2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sola.tensor.FormulaWeights;
import org.sola.tensor.Weights;

class Sam2VideoTest {
    static Sam2Config nano() throws Exception {
        return Sam2Config.read(Path.of(System.getProperty("sola.home"), "configs/models/sam2.1-nano.yaml"));
    }

    static NDArray formula(NDManager manager, String name, double scale, long... shape) {
        var s = new Shape(shape);
        return manager.create(FormulaWeights.values(name, (int) s.size(), 3, 0, scale), s);
    }

    static FrameFeatures features(NDManager manager, Sam2Config config, String name, long frames) {
        int c = config.hiddenDim();
        int s = config.imageSize();
        return new FrameFeatures(
                formula(manager, name + ".s0", 1, frames, c / 8, s / 4, s / 4),
                formula(manager, name + ".s1", 1, frames, c / 4, s / 8, s / 8),
                formula(manager, name + ".s2", 1, frames, c, s / 16, s / 16));
    }

    private static NDArray disc(NDManager manager, int size, int... centresX) {
        var values = new float[centresX.length * size * size];
        for (int b = 0; b < centresX.length; b++) {
            for (int i = 0; i < size * size; i++) {
                int dx = i % size - centresX[b];
                int dy = i / size - size / 2;
                values[b * size * size + i] = dx * dx + dy * dy < 900 ? 1 : 0;
            }
        }
        return manager.create(values, new Shape(centresX.length, 1, size, size));
    }

    @Test
    void gradientsOfATrackedFrameReachEveryParameterOfTheVideoPart() throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var config = nano();
            var weights = Weights.initialise(1, manager);
            var model = Sam2Video.of(config, weights);
            var names = new ArrayList<String>();
            weights.used().forEach((name, array) -> {
                if (!name.endsWith("gaussian_matrix")) {
                    array.setRequiresGradient(true);
                    names.add(name);
                }
            });
            try (var collector = Engine.getInstance().newGradientCollector();
                    var bank = new MemoryBank(MemoryBank.Rule.official(config))) {
                // two videos with two objects each: a mask on frame 0, a click on frame 1, then tracking
                var loss = manager.zeros(new Shape());
                for (int t = 0; t < 4; t++) {
                    var features = features(manager, config, "frame" + t, 2);
                    SamHead.Output out;
                    if (t == 0) {
                        out = model.head().mask(features, disc(manager, 256, 60, 120, 180, -99));
                    } else if (t == 1) {
                        out = model.head()
                                .prompt(
                                        features,
                                        model.withoutMemory(features),
                                        formula(manager, "points", 100, 4, 1, 2).add(128),
                                        manager.create(new float[] {1, 1, 0, 1}, new Shape(4, 1)),
                                        Optional.of(formula(manager, "earlier", 9, 4, 1, 64, 64)));
                    } else {
                        var seen = model.memories(List.of(bank.select(t, Direction.FORWARD, 4)));
                        out = model.head().track(features, model.withMemory(model.prepare(features), seen));
                    }
                    out = model.head().gate(out, manager.create(new float[] {1, 0, 1, 0}, new Shape(4, 1)));
                    loss = loss.add(out.decoded().masks().square().mean())
                            .add(out.decoded().ious().square().mean())
                            .add(out.score().square().mean())
                            .add(out.pointer().square().mean());
                    // half of the objects are told absent, so that what stands for absence is trained
                    var score = manager.create(new float[] {1, -1, 1, -1}, new Shape(4, 1));
                    var memory =
                            new FrameMemory(t, model.encodeMemory(features, out.lowRes(), score, false), out.pointer());
                    if (t < 2) {
                        bank.putConditioning(memory);
                    } else {
                        bank.putTracked(memory);
                    }
                }
                collector.backward(loss);
                var silent = new ArrayList<String>();
                for (var name : names) {
                    if (weights.used().get(name).getGradient().abs().sum().getFloat() == 0) {
                        silent.add(name);
                    }
                }
                silent.removeIf(name -> name.endsWith("k_proj.bias")); // softmax does not see a common shift
                silent.removeIf(name -> name.matches("sam_prompt_encoder.point_embeddings.[23].weight")); // no box here
                assertEquals(List.of(), silent, "parameters without a gradient");
                assertTrue(names.size() > 150, names.size() + " parameters");
            }
        }
    }

    @Test
    void objectsOfAFrameTogetherEqualEachAlone() throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var config = nano();
            var model = Sam2Video.of(config, Weights.initialise(5, manager));
            var rule = MemoryBank.Rule.official(config);
            try (var first = new MemoryBank(rule);
                    var second = new MemoryBank(rule)) {
                fill(first, manager, config, 0, 3, "first");
                fill(second, manager, config, 1, 4, "second");
                var features = features(manager, config, "now", 1);
                var selections =
                        List.of(first.select(5, Direction.FORWARD, 20), second.select(5, Direction.FORWARD, 20));
                assertTrue(selections.get(0).fits(selections.get(1)));
                assertTrue(
                        !selections.get(0).distances().equals(selections.get(1).distances()));
                var prepared = model.prepare(features);
                var together = model.head().track(features, model.withMemory(prepared, model.memories(selections)));
                for (int i = 0; i < 2; i++) {
                    var memories = model.memories(List.of(selections.get(i)));
                    var alone = model.head().track(features, model.withMemory(prepared, memories));
                    assertClose(alone.lowRes(), together.lowRes().get(i + ":" + (i + 1)));
                    assertClose(alone.pointer(), together.pointer().get(i + ":" + (i + 1)));
                }
                var swapped = model.memories(List.of(selections.get(1), selections.get(0)));
                assertClose(
                        model.withMemory(prepared, swapped).get("1:2"),
                        model.withMemory(prepared, model.memories(selections)).get("0:1"));
            }
        }
    }

    private static void fill(
            MemoryBank bank, NDManager manager, Sam2Config config, int prompted, int last, String name) {
        for (int t = prompted; t <= last; t++) {
            long positions = (long) config.featureSize() * config.featureSize();
            var memory = new FrameMemory(
                    t,
                    formula(manager, name + t, 1, 1, positions, config.memoryDim()),
                    formula(manager, name + t + "p", 1, 1, config.hiddenDim()));
            if (t == prompted) {
                bank.putConditioning(memory);
            } else {
                bank.putTracked(memory);
            }
        }
    }

    @Test
    void averagingBeforeProjectingEqualsThePublishedOrder() throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var config = nano();
            var weights = Weights.initialise(6, manager).at("memory_attention");
            var fast = MemoryAttention.of(config, weights);
            var plain = MemoryAttention.plain(config, weights);
            var s2 = formula(manager, "s2", 1, 1, config.hiddenDim(), 16, 16);
            for (int objects : new int[] {1, 40}) { // 40 objects do not fit into one piece of weights
                var tokens = formula(manager, "tokens", 1, objects, 7 * 256 + 32, config.memoryDim());
                var positions = formula(manager, "positions", 1, 1, 7 * 256 + 32, config.memoryDim());
                var memories = new MemoryAttention.Memories(tokens, positions, 32);
                assertClose(plain.forward(plain.prepare(s2), memories), fast.forward(fast.prepare(s2), memories));
            }
        }
    }

    @Test
    void anEmptyMaskPromptIsAnAbsentObject() throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var config = nano();
            var weights = Weights.initialise(7, manager);
            var model = Sam2Video.of(config, weights);
            var masks = NDArrays.concat(new NDList(disc(manager, 256, 100), manager.zeros(new Shape(1, 1, 256, 256))));
            var out = model.head().mask(features(manager, config, "f", 1), masks);
            assertEquals(10f, out.score().getFloat(0, 0));
            assertEquals(-10f, out.score().getFloat(1, 0));
            assertEquals(-10f, out.lowRes().get(1).max().getFloat(), 1e-4f);
            assertClose(weights.used().get("no_obj_ptr"), out.pointer().get("1:2"));
        }
    }

    private static void assertClose(NDArray expected, NDArray actual) {
        assertEquals(expected.getShape(), actual.getShape());
        float difference = expected.sub(actual).abs().max().getFloat();
        assertTrue(difference < 1e-4, "differs by " + difference);
    }
}
