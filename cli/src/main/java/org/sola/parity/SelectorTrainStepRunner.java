package org.sola.parity;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sola.selector.Probe;
import org.sola.selector.Selector;
import org.sola.train.AdamW;
import org.sola.train.selector.SelectorLoss;

/** A few steps of the selector's training on one sample: losses, gradients, their norms, and where parameters move. */
final class SelectorTrainStepRunner implements ParityRunner {
    private static final String DELTA = "out.delta.";
    private static final String GRADIENT = "out.step1.grad.";

    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.json().path("config").has("object_token_dim")
                && parityCase.json().path("training").isObject();
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        var json = parityCase.json();
        var settings = json.path("training");
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var config = SelectorCases.config(json.path("config"));
            var weights = parityCase.weights(manager);
            var selector = Selector.of(config, weights);
            weights.requireAllUsed();
            var parameters = new LinkedHashMap<>(weights.used());
            parameters.remove("positional_encoding_gaussian_matrix");
            Map<String, float[]> start = new HashMap<>();
            parityCase.tensorNames(DELTA).forEach(t -> {
                String name = t.substring(DELTA.length());
                start.put(name, parameters.get(name).toFloatArray());
            });
            var optimiser = new AdamW(
                    parameters,
                    manager,
                    settings.path("weight_decay").asDouble(),
                    settings.path("clip_norm").asDouble(),
                    0);
            var objectTokens = SelectorCases.input(
                    parityCase,
                    manager,
                    "in.object_tokens",
                    "object_tokens",
                    1,
                    json.path("tracks").asLong(),
                    json.path("frames").asLong(),
                    config.objectTokenDim());
            var langTokens = SelectorCases.input(
                    parityCase,
                    manager,
                    "in.lang_tokens",
                    "lang_tokens",
                    1,
                    json.path("words").asLong(),
                    config.langTokenDim());
            var labels = new float[json.path("labels").size()];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = (float) json.path("labels").get(i).asDouble();
            }
            var y = manager.create(labels, new Shape(1, labels.length));
            var targets = new NDList(y, langTokens.mean(new int[] {1}));
            for (int step = 1; step <= json.path("steps").size(); step++) {
                try (var scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    step(parityCase, checks, step, selector, parameters, objectTokens, langTokens, targets);
                    optimiser.step(settings.path("lr").asDouble());
                }
            }
            for (var moved : start.entrySet()) {
                delta(parityCase, checks, moved.getKey(), moved.getValue(), parameters.get(moved.getKey()));
            }
        }
    }

    private static void step(
            ParityCase parityCase,
            Checks checks,
            int step,
            Selector selector,
            Map<String, NDArray> parameters,
            NDArray objectTokens,
            NDArray langTokens,
            NDList targets)
            throws IOException {
        var settings = parityCase.json().path("training");
        var expected = parityCase.json().path("steps").get(step - 1);
        var loss = new SelectorLoss(
                settings.path("positive_weight").asDouble(),
                settings.path("alignment_weight").asDouble(),
                SelectorLoss.Alignment.DOT_PRODUCT);
        try (var collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            var scores = selector.trunk(objectTokens, true, Probe.NONE).score(langTokens);
            var terms = loss.terms(targets, new NDList(scores.scores(), scores.tokens(), selector.negatives()));
            check(parityCase, checks, step, "score", scores.scores());
            check(parityCase, checks, step, "score_tokens", scores.tokens());
            check(
                    parityCase,
                    checks,
                    step,
                    "align_positive_logits",
                    SelectorLoss.positiveLogits(scores.tokens(), targets.get(1)).expandDims(2));
            check(
                    parityCase,
                    checks,
                    step,
                    "align_negative_logits",
                    SelectorLoss.negativeLogits(scores.tokens(), selector.negatives()));
            term(checks, step, "loss", terms.total(), expected);
            term(checks, step, "bce", terms.crossEntropy(), expected);
            term(checks, step, "align", terms.alignment(), expected);
            term(checks, step, "align_positive_term", terms.positive(), expected);
            term(checks, step, "align_negative_term", terms.negative(), expected);
            collector.backward(terms.total());
        }
        var squares = new HashMap<String, Double>();
        for (var parameter : parameters.entrySet()) {
            var gradient = parameter.getValue().getGradient();
            double square = gradient.square().sum().getFloat();
            squares.merge("total_grad_norm", square, Double::sum);
            squares.merge(group(parameter.getKey()), square, Double::sum);
            String tensor = GRADIENT + parameter.getKey();
            if (step == 1 && parityCase.has(tensor)) {
                checks.tensor(tensor, gradient);
            }
        }
        for (var norm : expected.path("grad_norm").properties()) {
            double wanted = norm.getValue().asDouble();
            checks.number(
                    "step " + step + ": gradient norm of " + norm.getKey(),
                    Math.sqrt(squares.getOrDefault(norm.getKey(), Double.NaN)),
                    wanted,
                    1e-3 * wanted);
        }
    }

    /** The part that a parameter's gradient is counted with, named as the official code logs it. */
    private static String group(String parameter) {
        String layers = "object_lang_align_layers.";
        return parameter.startsWith(layers)
                ? "scmola_layer_" + parameter.substring(layers.length(), parameter.indexOf('.', layers.length()))
                : parameter.substring(0, parameter.indexOf('.'));
    }

    private static void check(ParityCase parityCase, Checks checks, int step, String part, NDArray got)
            throws IOException {
        String tensor = "out.step" + step + "." + part;
        if (parityCase.has(tensor)) {
            checks.tensor(tensor, got);
        }
    }

    private static void term(Checks checks, int step, String name, NDArray got, JsonNode expected) {
        double wanted = expected.path(name).asDouble();
        // the two parts of the alignment loss are as exact as their sum: one may be ten thousand times the smaller
        double size = name.startsWith("align_") ? expected.path("align").asDouble() : wanted;
        checks.number("step " + step + ": " + name, got.getFloat(), wanted, 1e-4 * Math.abs(size));
    }

    /** A share of the elements must be close, and none far: a gradient near 0 may step either way in float32. */
    private static void delta(ParityCase parityCase, Checks checks, String name, float[] before, NDArray after)
            throws IOException {
        String tensor = DELTA + name;
        var about = parityCase.about(tensor);
        float[] want = parityCase.values(tensor);
        float[] now = after.toFloatArray();
        int[] places = StoredSlice.places(
                about.path("stored").asText("full"), after.getShape().getShape());
        double near = about.path("atol").asDouble();
        double largest = 0;
        int beyond = 0;
        for (int i = 0; i < want.length; i++) {
            double difference = Math.abs((double) now[places[i]] - before[places[i]] - want[i]);
            largest = Math.max(largest, difference);
            beyond += difference > near ? 1 : 0;
        }
        double allowedShare = 1 - about.path("share_within").asDouble(1);
        double share = (double) beyond / want.length;
        double ofShare = share == 0 ? 0 : allowedShare > 0 ? share / allowedShare : Checks.WRONG;
        checks.record(
                tensor, Math.max(ofShare, largest / about.path("max_allowed").asDouble(near)));
    }
}
