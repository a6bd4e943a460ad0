package org.sola.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.sola.selector.Selector;

/** The selector in evaluation, part by part, on several shapes of tracks and expressions. */
final class SelectorForwardRunner implements ParityRunner {
    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.json().path("config").has("object_token_dim")
                && parityCase.json().path("runs").isObject();
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var config = SelectorCases.config(parityCase.json().path("config"));
            var weights = parityCase.weights(manager);
            var selector = Selector.of(config, weights);
            weights.requireAllUsed();
            for (var run : parityCase.json().path("runs").properties()) {
                try (var scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    run(parityCase, checks, manager, selector, run.getKey(), run.getValue());
                }
            }
        }
    }

    private static void run(
            ParityCase parityCase, Checks checks, NDManager manager, Selector selector, String run, JsonNode sizes)
            throws IOException {
        long batch = sizes.path("batch").asLong(1);
        var config = selector.config();
        var objectTokens = SelectorCases.input(
                parityCase,
                manager,
                "in." + run + ".object_tokens",
                "object_tokens",
                batch,
                sizes.path("tracks").asLong(),
                sizes.path("frames").asLong(),
                config.objectTokenDim());
        var langTokens = SelectorCases.input(
                parityCase,
                manager,
                "in." + run + ".lang_tokens",
                "lang_tokens",
                batch,
                sizes.path("words").asLong(),
                config.langTokenDim());
        var scores = selector.trunk(objectTokens, false, (part, value) -> {
                    String tensor = "out." + run + "." + part;
                    if (parityCase.has(tensor)) {
                        check(checks, tensor, value.get());
                    }
                })
                .score(langTokens)
                .scores();
        var selected = sizes.path("selected_at_0_5");
        if (selected.isArray()) {
            float[] logits = scores.toFloatArray();
            boolean same = true;
            int i = 0;
            for (var row : selected) {
                for (var label : row) {
                    same &= logits[i++] > 0 == (label.asInt() == 1);
                }
            }
            checks.fact(run + ": selection", same && i == logits.length);
        }
    }

    private static void check(Checks checks, String tensor, NDArray value) {
        try {
            checks.tensor(tensor, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
