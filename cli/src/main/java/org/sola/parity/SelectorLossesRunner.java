package org.sola.parity;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;
import org.sola.tensor.Kernels;
import org.sola.train.selector.Plateau;
import org.sola.train.selector.PseudoLabels;
import org.sola.train.selector.SelectorLoss;
import org.sola.train.selector.TrackRecall;

/** The selector's losses with their gradients, and the arithmetic of optimiser, clipping, schedule, labels, recall. */
final class SelectorLossesRunner implements ParityRunner {
    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.json().path("losses").isObject()
                && parityCase.json().path("plateau").isObject();
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            for (var loss : parityCase.json().path("losses").properties()) {
                loss(parityCase, checks, manager, loss.getKey(), loss.getValue());
            }
            adamw(parityCase, checks, manager, parityCase.json().path("adamw"));
            for (var clip : parityCase.json().path("clip").path("cases").properties()) {
                clip(parityCase, checks, manager, clip.getKey(), clip.getValue());
            }
        }
        labels(parityCase, checks);
        plateau(checks, parityCase.json().path("plateau"));
        recall(checks, parityCase.json().path("recall"));
    }

    private static void loss(ParityCase parityCase, Checks checks, NDManager manager, String name, JsonNode expected)
            throws IOException {
        String in = "in." + name + ".";
        var inputs = new LinkedHashMap<String, NDArray>();
        for (var kind : List.of("score_logits", "score_tokens", "text_mean", "negatives")) {
            var array = parityCase.array(manager, in + kind);
            array.setRequiresGradient(true);
            inputs.put(kind, array);
        }
        var weight = Pattern.compile("alignment weight ([0-9.]+)")
                .matcher(parityCase.json().path("formula").asText());
        var loss = new SelectorLoss(
                expected.path("positive_weight").asDouble(),
                weight.find() ? Double.parseDouble(weight.group(1)) : 0.3,
                SelectorLoss.Alignment.DOT_PRODUCT);
        var labels = new NDList(
                manager.create(
                        floats(expected.path("labels")),
                        inputs.get("score_logits").getShape()),
                inputs.get("text_mean").squeeze(1));
        try (var collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            var text = inputs.get("text_mean").squeeze(1);
            var terms = loss.terms(
                    new NDList(labels.get(0), text),
                    new NDList(inputs.get("score_logits"), inputs.get("score_tokens"), inputs.get("negatives")));
            relative(checks, name + ": total", terms.total(), expected.path("total"));
            relative(checks, name + ": bce", terms.crossEntropy(), expected.path("bce"));
            relative(checks, name + ": align", terms.alignment(), expected.path("align"));
            collector.backward(terms.total());
        }
        long[] nearest = SelectorLoss.negativeLogits(inputs.get("score_tokens"), inputs.get("negatives"))
                .argMax(2)
                .toLongArray();
        boolean same = true;
        for (int i = 0; i < nearest.length; i++) {
            same &= nearest[i] == expected.path("hard_negative").path(i).asLong(-1);
        }
        checks.fact(name + ": hard negatives", same);
        var special = Pattern.compile(name + ": ([0-9.e-]+) \\+")
                .matcher(parityCase.json().path("loss_tolerance").asText());
        double absolute = special.find() ? Double.parseDouble(special.group(1)) : 1e-6;
        for (var input : inputs.entrySet()) {
            String tensor = "out." + name + ".grad." + input.getKey();
            if (parityCase.has(tensor)) {
                close(parityCase, checks, tensor, input.getValue().getGradient().toFloatArray(), absolute, 1e-5);
            }
        }
    }

    private static void adamw(ParityCase parityCase, Checks checks, NDManager manager, JsonNode settings)
            throws IOException {
        int steps = settings.path("steps").asInt();
        var weight = parityCase.array(manager, "in.adamw.weight");
        var state = state(manager, weight);
        var got = new float[steps * (int) weight.size()];
        for (int i = 0; i < steps; i++) {
            Kernels.adamwStep(
                    new NDList(weight),
                    new NDList(parityCase.array(manager, "in.adamw.grad" + i)),
                    state,
                    settings.path("lr").asDouble(),
                    settings.path("betas").get(0).asDouble(),
                    settings.path("betas").get(1).asDouble(),
                    settings.path("eps").asDouble(),
                    settings.path("weight_decay").asDouble(),
                    Double.POSITIVE_INFINITY,
                    0);
            System.arraycopy(weight.toFloatArray(), 0, got, i * (int) weight.size(), (int) weight.size());
        }
        close(
                parityCase,
                checks,
                "out.adamw.weights",
                got,
                settings.path("atol").asDouble(),
                0);
    }

    private static Kernels.OptimiserState state(NDManager manager, NDArray... parameters) {
        var state = new Kernels.OptimiserState(new NDList(), new NDList(), new NDList(), new NDList());
        for (var parameter : parameters) {
            state.means().add(manager.zeros(parameter.getShape()));
            state.squares().add(manager.zeros(parameter.getShape()));
            state.steps().add(manager.zeros(new Shape()));
            state.averages().add(parameter.duplicate());
        }
        return state;
    }

    /** A first step's mean is 1 - beta1 times the clipped gradient, which a step otherwise keeps to itself. */
    private static void clip(ParityCase parityCase, Checks checks, NDManager manager, String name, JsonNode expected)
            throws IOException {
        double scale = expected.path("scale").asDouble();
        var clip = parityCase.json().path("clip");
        var a = parityCase.formula(manager, "in.clip.a", 0, scale, parityCase.shape("out.clip_" + name + ".a"));
        var b = parityCase.formula(
                manager, "in.clip.b", 0.1 * scale, scale, parityCase.shape("out.clip_" + name + ".b"));
        var parameters = new NDList(a.zerosLike(), b.zerosLike());
        var state = state(manager, parameters.get(0), parameters.get(1));
        double norm = Kernels.adamwStep(
                        parameters,
                        new NDList(a, b),
                        state,
                        0,
                        0.5,
                        0.999,
                        1e-8,
                        0,
                        clip.path("max_norm").asDouble(),
                        0)
                .getFloat();
        double tolerance = clip.path("atol").asDouble();
        double wanted = expected.path("total_norm").asDouble();
        checks.number("clip " + name + ": norm", norm, wanted, 1e-6 * wanted + tolerance);
        close(
                parityCase,
                checks,
                "out.clip_" + name + ".a",
                state.means().get(0).mul(2).toFloatArray(),
                tolerance,
                0);
        close(
                parityCase,
                checks,
                "out.clip_" + name + ".b",
                state.means().get(1).mul(2).toFloatArray(),
                tolerance,
                0);
    }

    private static void labels(ParityCase parityCase, Checks checks) throws IOException {
        float[] iou = parityCase.values("in.label_iou");
        for (var threshold : parityCase.json().path("labels").path("thresholds").properties()) {
            boolean same = java.util.Arrays.equals(
                    floats(threshold.getValue()), PseudoLabels.of(iou, Double.parseDouble(threshold.getKey())));
            checks.fact("labels at " + threshold.getKey(), same);
        }
    }

    private static void plateau(Checks checks, JsonNode settings) {
        var plateau = new Plateau(
                settings.path("initial_lr").asDouble(),
                settings.path("factor").asDouble(),
                settings.path("patience").asInt(),
                settings.path("threshold").asDouble());
        for (int i = 0; i < settings.path("loss").size(); i++) {
            double rate = plateau.after(settings.path("loss").get(i).asDouble());
            double wanted = settings.path("lr_after").get(i).asDouble();
            checks.number("plateau after epoch " + i, rate, wanted, 1e-9 * wanted);
        }
    }

    private static void recall(Checks checks, JsonNode recall) {
        var objects = texts(recall.path("gt_ids"));
        float[] scores = floats(recall.path("scores"));
        float[] labels = floats(recall.path("labels"));
        var matched = texts(recall.path("track_object_ids"));
        var perObject = TrackRecall.perObject(objects, scores, labels, matched);
        checks.fact(
                "recall per track: objects",
                perObject.size() == recall.path("recall_per_track").size());
        for (int i = 0; i < perObject.size(); i++) {
            checks.number(
                    "recall per track " + i,
                    perObject.get(i),
                    recall.path("recall_per_track").get(i).asDouble(),
                    1e-9);
        }
        checks.number(
                "recall per expression",
                TrackRecall.perExpression(objects, scores, labels, matched),
                recall.path("recall_per_expression").asDouble(),
                1e-9);
    }

    private static void relative(Checks checks, String what, NDArray got, JsonNode want) {
        checks.number(what, got.getFloat(), want.asDouble(), 1e-5 * Math.abs(want.asDouble()));
    }

    static void close(
            ParityCase parityCase, Checks checks, String tensor, float[] got, double absolute, double relative)
            throws IOException {
        float[] want = parityCase.values(tensor);
        double worst = want.length == got.length ? 0 : Checks.WRONG;
        for (int i = 0; i < Math.min(want.length, got.length); i++) {
            double error = Math.abs((double) got[i] - want[i]) / (absolute + relative * Math.abs(want[i]));
            worst = Math.max(worst, Double.isNaN(error) ? Checks.WRONG : error);
        }
        checks.record(tensor, worst);
    }

    private static float[] floats(JsonNode array) {
        var values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) array.get(i).asDouble();
        }
        return values;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
