package org.sola.selector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sola.tensor.FormulaWeights;
import org.sola.tensor.Precision;
import org.sola.tensor.Weights;

class SelectorTest {
    private static final SelectorConfig SMALL =
            new SelectorConfig("small", 16, 32, 32, 16, 4, 2, 100, 3, 0.2, 0.1, 8, 8);

    private static NDArray formula(NDManager manager, String name, long... shape) {
        var s = new Shape(shape);
        return manager.create(FormulaWeights.values(name, (int) s.size(), 7, 0, 1.5), s);
    }

    @Test
    void officialSizesHaveThePublishedNumberOfParameters() {
        try (var manager = NDManager.newBaseManager()) {
            var weights = Weights.initialise(1, manager);
            Selector.of(SelectorConfig.official(), weights);
            long all = weights.used().values().stream().mapToLong(NDArray::size).sum();
            assertEquals(32_980_480 + 512, all);
        }
    }

    /** A small selector with other sizes where an ablation takes something away. */
    static SelectorConfig ablated(int encoderDim, int layers, int negatives) {
        return new SelectorConfig("ablated", 16, 32, encoderDim, 16, 4, layers, 100, negatives, 0.2, 0.1, 8, 8);
    }

    static List<SelectorConfig> ablations() {
        return List.of(SMALL, ablated(0, 2, 3), ablated(32, 0, 3), ablated(32, 2, 0), ablated(0, 0, 0));
    }

    @Test
    void whatAnAblationLeavesOutHasNoParameters() {
        try (var manager = NDManager.newBaseManager()) {
            for (var config : ablations()) {
                var weights = Weights.initialise(1, manager);
                Selector.of(config, weights);
                var names = weights.used().keySet();
                assertEquals(config.negatives() > 0, names.contains("negative_token.weight"), config.toString());
                assertEquals(
                        config.layers() * 30L,
                        names.stream()
                                .filter(name -> name.startsWith("object_lang_align_layers"))
                                .count());
                assertEquals(
                        config.encoderDim() == 0 ? 2 : 22,
                        names.stream()
                                .filter(name -> name.startsWith("short_motion_encoder"))
                                .count());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("ablations")
    void expressionsOfDifferentLengthsScoreTogetherAsTheyDoAlone(SelectorConfig config) {
        try (var manager = NDManager.newBaseManager()) {
            var selector = Selector.of(config, Weights.initialise(1, manager));
            var tokens = formula(manager, "tokens", 1, 5, 11, 16);
            int[] words = {5, 12, 9};
            var padded = manager.zeros(new Shape(3, 12, 32));
            var trunk = selector.trunk(tokens);
            var alone = new NDList();
            for (int e = 0; e < 3; e++) {
                var text = formula(manager, "text" + e, words[e], 32);
                padded.set(new ai.djl.ndarray.index.NDIndex(e + ", 0:" + words[e]), text);
                alone.add(selector.score(tokens, text.expandDims(0)).scores());
            }
            var together = trunk.score(padded, words).scores();
            assertArrayEquals(ai.djl.ndarray.NDArrays.concat(alone).toFloatArray(), together.toFloatArray(), 1e-4f);
        }
    }

    /** One head, so that the projections are folded into the few language rows; compared with the formula itself. */
    @Test
    void languageAttentionFoldedIntoTheRowsIsTheSameAttention() {
        var config = new SelectorConfig("one-head", 16, 32, 32, 16, 1, 2, 100, 3, 0, 0, 8, 8);
        try (var manager = NDManager.newBaseManager()) {
            var weights = Weights.initialise(1, manager);
            var attention = LanguageAttention.of(config, weights, Precision.FLOAT32);
            var parameters = weights.used();
            var x = formula(manager, "x", 2, 40, 32);
            int[] words = {2, 4};
            var text = manager.zeros(new Shape(2, 4, 32));
            text.set(new ai.djl.ndarray.index.NDIndex("0, 0:2"), formula(manager, "first", 2, 32));
            text.set(new ai.djl.ndarray.index.NDIndex("1, 0:4"), formula(manager, "second", 4, 32));
            var negatives = formula(manager, "negatives", 3, 32);
            var language = LanguageRows.of(text, words, negatives);
            var folded = attention.forward(x, language, false);
            var shared = attention.forwardShared(attention.queries(x.get("1:2")), language, false);
            for (int e = 0; e < 2; e++) {
                var rows = text.get(e).get("0:" + words[e]).concat(negatives, 0);
                assertArrayEquals(
                        attended(x.get(e), rows, parameters).toFloatArray(),
                        folded.get(e).toFloatArray(),
                        1e-5f);
                assertArrayEquals(
                        attended(x.get(1), rows, parameters).toFloatArray(),
                        shared.get(e).toFloatArray(),
                        1e-5f);
            }
        }
    }

    private static NDArray attended(NDArray x, NDArray rows, java.util.Map<String, NDArray> parameters) {
        var q = projected(x, "q_proj", parameters);
        var k = projected(rows, "k_proj", parameters);
        var v = projected(rows, "v_proj", parameters);
        var shares = q.matMul(k.transpose()).div(Math.sqrt(16)).softmax(-1);
        return projected(shares.matMul(v), "out_proj", parameters);
    }

    private static NDArray projected(NDArray x, String name, java.util.Map<String, NDArray> parameters) {
        return x.matMul(parameters.get(name + ".weight").transpose()).add(parameters.get(name + ".bias"));
    }

    @Test
    void aFrozenSelectorScoresAsTheOneItWasMadeOf() {
        try (var manager = NDManager.newBaseManager();
                var own = manager.newSubManager()) {
            var selector = Selector.of(SMALL, Weights.initialise(1, manager));
            var tokens = formula(manager, "tokens", 1, 5, 11, 16);
            var text = formula(manager, "text", 1, 4, 32);
            assertArrayEquals(
                    selector.score(tokens, text).scores().toFloatArray(),
                    selector.frozen(own).score(tokens, text).scores().toFloatArray(),
                    1e-4f);
        }
    }

    @Test
    void dropoutWorksInTrainingOnlyAndFollowsTheSeed() {
        try (var manager = NDManager.newBaseManager()) {
            var selector = Selector.of(SMALL, Weights.initialise(1, manager));
            var tokens = formula(manager, "tokens", 1, 5, 11, 16);
            var text = formula(manager, "text", 1, 4, 32);
            var engine = manager.getEngine();
            engine.setRandomSeed(3);
            float[] first = trained(selector, tokens, text);
            float[] second = trained(selector, tokens, text);
            engine.setRandomSeed(3);
            assertArrayEquals(first, trained(selector, tokens, text));
            assertTrue(Math.abs(first[0] - second[0]) > 1e-4);
            assertArrayEquals(
                    selector.score(tokens, text).scores().toFloatArray(),
                    selector.score(tokens, text).scores().toFloatArray());
        }
    }

    private static float[] trained(Selector selector, NDArray tokens, NDArray text) {
        return selector.trunk(tokens, true, Probe.NONE).score(text).scores().toFloatArray();
    }

    @Test
    void aForwardPassInAScopeLeavesNoArrayBehind() {
        try (var manager = NDManager.newBaseManager()) {
            var selector = Selector.of(SMALL, Weights.initialise(1, manager));
            int before = 0;
            for (int i = 0; i < 3; i++) {
                try (var scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    selector.score(formula(manager, "tokens", 1, 5, 11, 16), formula(manager, "text", 1, 4, 32));
                }
                int now = manager.getManagedArrays().size();
                assertEquals(i == 0 ? now : before, now);
                before = now;
            }
        }
    }

    @Test
    void tokensOfAnotherWidthAreRefusedWithTheReason() {
        try (var manager = NDManager.newBaseManager()) {
            var selector = Selector.of(SMALL, Weights.initialise(1, manager));
            var wrongObject = formula(manager, "tokens", 1, 5, 11, 8);
            assertTrue(assertThrows(IllegalArgumentException.class, () -> selector.trunk(wrongObject))
                    .getMessage()
                    .contains("another SAM 2"));
            var trunk = selector.trunk(formula(manager, "tokens", 1, 5, 11, 16));
            var wrongText = formula(manager, "text", 1, 4, 8);
            assertTrue(assertThrows(IllegalArgumentException.class, () -> trunk.score(wrongText))
                    .getMessage()
                    .contains("another text encoder"));
        }
    }
}
