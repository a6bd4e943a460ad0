package org.sola.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.sola.mask.Rle;
import org.sola.mask.RleJson;
import org.sola.metric.AveragePrecision;
import org.sola.metric.BoundaryAccuracy;
import org.sola.metric.RegionF1;
import org.sola.metric.RegionSimilarity;
import org.sola.metric.ScoredSample;
import org.sola.metric.SentenceMetrics;
import org.sola.metric.SequenceStatistics;
import org.sola.train.selector.TrackOverlap;

/** Every metric against the benchmarks' own evaluation code: frames, clips, MeViS, and the sentences sets. */
final class MetricsRunner implements ParityRunner {
    private static final double EXACT = 1e-12;
    private static final double FLOAT32 = 1e-6;
    private static final double RATIOS = 1e-9;

    @Override
    public boolean accepts(ParityCase parityCase) {
        var files = parityCase.json().path("files");
        return files.has("frames.json") && files.has("clips.json");
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        for (var frame : read(parityCase, "frames.json").path("frames")) {
            frame(checks, "frame " + frame.path("name").asText() + ": ", frame);
        }
        for (var clip : read(parityCase, "clips.json").path("clips")) {
            clip(checks, "clip " + clip.path("name").asText() + ": ", clip);
        }
        if (has(parityCase, "mevis.json")) {
            mevis(checks, read(parityCase, "mevis.json"));
        }
        if (has(parityCase, "davis.json")) {
            DavisMetrics.check(checks, read(parityCase, "davis.json"), EXACT);
        }
        if (has(parityCase, "a2d.json")) {
            sentences(checks, read(parityCase, "a2d.json"));
        }
    }

    private static boolean has(ParityCase parityCase, String file) {
        return Files.isRegularFile(parityCase.folder().resolve(file));
    }

    private static JsonNode read(ParityCase parityCase, String file) throws IOException {
        return new ObjectMapper().readTree(parityCase.folder().resolve(file).toFile());
    }

    /** Compares every value of {@code want} that has the name. */
    private static void value(Checks checks, String where, JsonNode want, String name, double got, double tolerance) {
        if (want.has(name)) {
            checks.number(where + name, got, want.path(name).asDouble(), tolerance);
        }
    }

    private static void frame(Checks checks, String name, JsonNode frame) {
        var want = frame.path("expected");
        var truth = RleJson.read(frame.path("gt"));
        var prediction = RleJson.read(frame.path("pred"));
        long common = prediction.intersectionPixels(truth);
        long union = prediction.areaPixels() + truth.areaPixels() - common;
        var sample = new ScoredSample("frame", truth, List.of(new ScoredSample.ScoredMask(1, prediction)));
        value(
                checks,
                name,
                want,
                "a2d_iou_float32",
                SentenceMetrics.Overlap.of(sample).iou(),
                FLOAT32);
        value(checks, name, want, "coco_iou", AveragePrecision.cocoIou(prediction, truth), EXACT);
        value(checks, name, want, "sola_J", prediction.iou(truth), FLOAT32);
        value(checks, name, want, "sola_F", pixelF1(List.of(prediction), List.of(truth)), FLOAT32);
        if (frame.has("void")) {
            var ignored = RleJson.read(frame.path("void"));
            truth = truth.minus(ignored);
            prediction = prediction.minus(ignored);
            common = prediction.intersectionPixels(truth);
            union = prediction.areaPixels() + truth.areaPixels() - common;
        }
        double j = RegionSimilarity.of(prediction.decode(), truth.decode());
        double f = BoundaryAccuracy.of(prediction.decode(), truth.decode());
        value(checks, name, want, "J", j, EXACT);
        value(checks, name, want, "F", f, EXACT);
        value(checks, name, want, "JF", (j + f) / 2, EXACT);
        value(checks, name, want, "intersection", common, 0);
        value(checks, name, want, "union", union, 0);
        value(checks, name, want, "radius", BoundaryAccuracy.radius(truth.height(), truth.width()), 0);
    }

    private static double pixelF1(List<Rle> prediction, List<Rle> truth) {
        return RegionF1.of(
                prediction.stream().map(Rle::decode).toList(),
                truth.stream().map(Rle::decode).toList());
    }

    private static List<Rle> masks(JsonNode list) {
        var masks = new ArrayList<Rle>();
        list.forEach(mask -> masks.add(RleJson.read(mask)));
        return masks;
    }

    private static void clip(Checks checks, String name, JsonNode clip) {
        var want = clip.path("expected");
        var truth = masks(clip.path("gt"));
        var prediction = masks(clip.path("pred"));
        var j = new double[truth.size()];
        var f = new double[truth.size()];
        for (int t = 0; t < j.length; t++) {
            j[t] = RegionSimilarity.of(prediction.get(t).decode(), truth.get(t).decode());
            f[t] = BoundaryAccuracy.of(prediction.get(t).decode(), truth.get(t).decode());
            checks.number(name + "J_frames", j[t], want.path("J_frames").get(t).asDouble(), EXACT);
            checks.number(name + "F_frames", f[t], want.path("F_frames").get(t).asDouble(), EXACT);
        }
        var region = SequenceStatistics.of(j);
        var boundary = SequenceStatistics.of(f);
        statistics(checks, name, want, "J", region);
        statistics(checks, name, want, "F", boundary);
        value(checks, name, want, "JF", (region.mean() + boundary.mean()) / 2, EXACT);
        double pixelF1 = pixelF1(prediction, truth);
        value(checks, name, want, "sola_J", region.mean(), FLOAT32);
        value(checks, name, want, "sola_F_pixel_f1", pixelF1, FLOAT32);
        value(checks, name, want, "sola_JF", (region.mean() + pixelF1) / 2, FLOAT32);
        var label = want.path("pseudo_label_float32");
        var overlap = TrackOverlap.of(List.of(prediction), List.of(truth), TrackOverlap.Size.NATIVE);
        value(checks, name + "pseudo label ", label, "iou", overlap.iou()[0][0], FLOAT32);
        value(checks, name + "pseudo label ", label, "precision", overlap.precision()[0][0], FLOAT32);
        value(checks, name + "pseudo label ", label, "recall", overlap.recall()[0][0], FLOAT32);
    }

    private static void statistics(Checks checks, String where, JsonNode want, String name, SequenceStatistics got) {
        value(checks, where, want, name, got.mean(), EXACT);
        value(checks, where, want, name + "_mean", got.mean(), EXACT);
        value(checks, where, want, name + "_recall", got.recall(), EXACT);
        value(checks, where, want, name + "_decay", got.decay(), EXACT);
    }

    private static void mevis(Checks checks, JsonNode tree) {
        double sumJ = 0;
        double sumF = 0;
        int n = 0;
        for (var video : tree.path("meta_expressions").path("videos").properties()) {
            for (var expression : video.getValue().path("expressions").properties()) {
                var prediction = masks(tree.path("pred").path(video.getKey()).path(expression.getKey()));
                double j = 0;
                double f = 0;
                for (int t = 0; t < prediction.size(); t++) {
                    var predicted = prediction.get(t);
                    var truth = Rle.empty(predicted.height(), predicted.width());
                    for (var id : expression.getValue().path("anno_id")) {
                        var mask = tree.path("mask_dict").path(id.asText()).get(t);
                        truth = mask.isNull() ? truth : truth.or(RleJson.read(mask));
                    }
                    j += RegionSimilarity.of(predicted.decode(), truth.decode()) / prediction.size();
                    f += BoundaryAccuracy.of(predicted.decode(), truth.decode()) / prediction.size();
                }
                String name = video.getKey() + "_" + expression.getKey();
                var want = tree.path("expected").path("per_expression").path(name);
                checks.number("mevis " + name + " J", j, want.path("J").asDouble(), EXACT);
                checks.number("mevis " + name + " F", f, want.path("F").asDouble(), EXACT);
                sumJ += j;
                sumF += f;
                n++;
            }
        }
        var want = tree.path("expected");
        value(checks, "mevis ", want, "J", sumJ / n, EXACT);
        value(checks, "mevis ", want, "F", sumF / n, EXACT);
        value(checks, "mevis ", want, "JF", (sumJ + sumF) / n / 2, EXACT);
    }

    private static void sentences(Checks checks, JsonNode tree) {
        var samples = new ArrayList<ScoredSample>();
        for (var sample : tree.path("samples")) {
            var predictions = new ArrayList<ScoredSample.ScoredMask>();
            for (var each : sample.path("predictions")) {
                predictions.add(
                        new ScoredSample.ScoredMask(each.path("score").asDouble(), RleJson.read(each.path("mask"))));
            }
            samples.add(
                    new ScoredSample(sample.path("image_id").asText(), RleJson.read(sample.path("gt")), predictions));
        }
        var want = tree.path("expected");
        for (var sample : samples) {
            var overlap = SentenceMetrics.Overlap.of(sample);
            var expected = want.path("best_prediction_intersection_union_iou").path(sample.id());
            checks.number(
                    "intersection of " + sample.id(),
                    overlap.intersection(),
                    expected.path(0).asLong(),
                    0);
            checks.number(
                    "union of " + sample.id(), overlap.union(), expected.path(1).asLong(), 0);
            checks.number(
                    "IoU of " + sample.id(), overlap.iou(), expected.path(2).asDouble(), FLOAT32);
        }
        var got = SentenceMetrics.of(samples);
        got.precisionAt().forEach((threshold, share) -> value(checks, "a2d ", want, "P@" + threshold, share, EXACT));
        value(checks, "a2d ", want, "overall_iou", got.overallIou(), RATIOS);
        value(checks, "a2d ", want, "mean_iou", got.meanIou(), FLOAT32);
        var ap = got.averagePrecision();
        value(checks, "a2d ", want, "mAP 0.5:0.95", ap.mean(), RATIOS);
        value(checks, "a2d ", want, "AP 0.5", ap.at50(), RATIOS);
        value(checks, "a2d ", want, "AP 0.75", ap.at75(), RATIOS);
        value(checks, "a2d ", want, "AP small", ap.small(), RATIOS);
        value(checks, "a2d ", want, "AP medium", ap.medium(), RATIOS);
        value(checks, "a2d ", want, "AP large", ap.large(), RATIOS);
        int t = 0;
        for (var threshold : want.path("AP_per_threshold").properties()) {
            String name = "a2d AP at " + threshold.getKey();
            checks.number(name, ap.perThreshold().get(t++), threshold.getValue().asDouble(), RATIOS);
        }
        var curve = want.path("precision_recall_curve_at_iou_0.5");
        for (int r = 0; r < curve.size(); r++) {
            checks.number(
                    "a2d precision at recall",
                    ap.precisionAtRecall().get(r),
                    curve.get(r).asDouble(),
                    RATIOS);
        }
    }
}
