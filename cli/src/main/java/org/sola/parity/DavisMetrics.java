package org.sola.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sola.mask.LabelMap;
import org.sola.mask.RleJson;
import org.sola.metric.DavisProtocol;
import org.sola.metric.SequenceStatistics;

/** The DAVIS part of the metrics case: both tasks for each annotator, and their means. */
final class DavisMetrics {
    private static final Map<String, DavisProtocol> TASKS =
            Map.of("unsupervised", DavisProtocol.UNSUPERVISED, "semi-supervised", DavisProtocol.SEMI_SUPERVISED);

    private DavisMetrics() {}

    static void check(Checks checks, JsonNode tree, double tolerance) {
        var means = new LinkedHashMap<String, List<DavisProtocol.Score>>();
        for (var annotator : tree.path("expected").path("per_annotator").properties()) {
            var sequences = new ArrayList<DavisProtocol.Sequence>();
            for (var truth : tree.path("gt").properties()) {
                sequences.add(new DavisProtocol.Sequence(
                        truth.getKey(),
                        frames(truth.getValue()),
                        frames(tree.path("pred").path(annotator.getKey()).path(truth.getKey()))));
            }
            for (var task : annotator.getValue().properties()) {
                var score = TASKS.get(task.getKey()).score(sequences);
                means.computeIfAbsent(task.getKey(), key -> new ArrayList<>()).add(score);
                String name = annotator.getKey() + " " + task.getKey() + " ";
                score(checks, name, task.getValue(), score, tolerance);
            }
        }
        var want = tree.path("expected").path("mean_of_4_annotators");
        means.forEach((task, scores) -> {
            double j = scores.stream()
                    .mapToDouble(s -> s.region().mean())
                    .average()
                    .orElseThrow();
            double f = scores.stream()
                    .mapToDouble(s -> s.boundary().mean())
                    .average()
                    .orElseThrow();
            var expected = want.path(task);
            checks.number(
                    "annotators " + task + " J", j, expected.path("J_mean").asDouble(), tolerance);
            checks.number(
                    "annotators " + task + " F", f, expected.path("F_mean").asDouble(), tolerance);
            checks.number(
                    "annotators " + task + " JF",
                    (j + f) / 2,
                    expected.path("JF").asDouble(),
                    tolerance);
        });
    }

    private static void score(Checks checks, String name, JsonNode want, DavisProtocol.Score score, double tolerance) {
        checks.number(name + "JF", score.combined(), want.path("JF").asDouble(), tolerance);
        statistics(checks, name + "J", "J", want, score.region(), tolerance);
        statistics(checks, name + "F", "F", want, score.boundary(), tolerance);
        // The reference numbers the objects of a sequence in the order of the proposals matched to them.
        var perSequence = new LinkedHashMap<String, Integer>();
        for (var object : score.objects().stream()
                .sorted(Comparator.comparing(DavisProtocol.ObjectScore::sequence)
                        .thenComparing(DavisProtocol.ObjectScore::proposal))
                .toList()) {
            String key = object.sequence() + "_" + perSequence.merge(object.sequence(), 1, Integer::sum);
            checks.number(
                    name + "J of " + key,
                    object.region().mean(),
                    want.path("J_per_object").path(key).asDouble(Double.NaN),
                    tolerance);
            checks.number(
                    name + "F of " + key,
                    object.boundary().mean(),
                    want.path("F_per_object").path(key).asDouble(Double.NaN),
                    tolerance);
        }
    }

    private static void statistics(
            Checks checks, String name, String measure, JsonNode want, SequenceStatistics got, double tolerance) {
        checks.number(name + " mean", got.mean(), want.path(measure + "_mean").asDouble(), tolerance);
        checks.number(
                name + " recall", got.recall(), want.path(measure + "_recall").asDouble(), tolerance);
        checks.number(
                name + " decay", got.decay(), want.path(measure + "_decay").asDouble(), tolerance);
    }

    private static List<LabelMap> frames(JsonNode frames) {
        var maps = new ArrayList<LabelMap>();
        for (var frame : frames) {
            int height = frame.path("size").get(0).asInt();
            int width = frame.path("size").get(1).asInt();
            var labels = new byte[height * width];
            for (var id : frame.path("ids").properties()) {
                var node = JsonNodeFactory.instance.objectNode();
                node.set("size", frame.path("size"));
                node.set("counts", id.getValue());
                var mask = RleJson.read(node).decode();
                for (int i = 0; i < labels.length; i++) {
                    if (mask.get(i / width, i % width)) {
                        labels[i] = (byte) Integer.parseInt(id.getKey());
                    }
                }
            }
            maps.add(LabelMap.of(height, width, labels));
        }
        return maps;
    }
}
