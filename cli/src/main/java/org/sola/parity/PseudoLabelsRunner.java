package org.sola.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.sola.mask.Mask;
import org.sola.mask.Rle;
import org.sola.metric.RegionF1;
import org.sola.metric.RegionSimilarity;
import org.sola.train.selector.PseudoLabels;
import org.sola.train.selector.TrackOverlap;

/** Overlap of tracks with objects at both sizes, the labels cut from it, and the quality of a few selections. */
final class PseudoLabelsRunner implements ParityRunner {
    private static final double STORED_DIGITS = 6e-7; // case.json keeps six decimals

    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.json().path("videos").isObject()
                && !parityCase.tensorNames("out.").isEmpty()
                && parityCase.tensorNames("out.").stream().anyMatch(name -> name.endsWith(".frame_iou"))
                && Files.isRegularFile(parityCase.folder().resolve("masks.json"));
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        var masks = new ObjectMapper()
                .readTree(parityCase.folder().resolve("masks.json").toFile());
        for (var video : parityCase.json().path("videos").properties()) {
            video(parityCase, checks, video.getKey(), video.getValue(), masks.path(video.getKey()));
        }
    }

    private static void video(ParityCase parityCase, Checks checks, String name, JsonNode expected, JsonNode stored)
            throws IOException {
        int height = stored.path("size").get(0).asInt();
        int width = stored.path("size").get(1).asInt();
        List<List<Rle>> tracks = new ArrayList<>();
        stored.path("tracks").forEach(track -> tracks.add(clip(track, height, width)));
        List<String> ids = new ArrayList<>();
        List<List<Rle>> objects = new ArrayList<>();
        for (var id : expected.path("objects")) {
            ids.add(id.asText());
            objects.add(clip(stored.path("objects").path(id.asText()), height, width));
        }
        double atol = expected.path("atol").asDouble();
        var resized = TrackOverlap.of(tracks, objects, TrackOverlap.Size.RESIZED);
        var natively = TrackOverlap.of(tracks, objects, TrackOverlap.Size.NATIVE);
        String out = "out." + name + ".";
        table(parityCase, checks, out, resized, atol);
        table(parityCase, checks, out + "native.", natively, 2e-6);
        float[] frames = flat(
                Arrays.stream(resized.frameIou()).map(PseudoLabelsRunner::flat).toArray(float[][]::new));
        close(parityCase, checks, out + "frame_iou", frames, 2 * atol);
        if (parityCase.has(out + "resized_pixels")) {
            var pixels = IntStream.range(0, objects.size() + tracks.size())
                    .mapToObj(i ->
                            i < objects.size() ? resized.objectPixels()[i] : resized.trackPixels()[i - objects.size()])
                    .flatMapToLong(Arrays::stream)
                    .toArray();
            var values = new float[pixels.length];
            IntStream.range(0, pixels.length).forEach(i -> values[i] = pixels[i]);
            checks.tensor(
                    out + "resized_pixels",
                    values,
                    objects.size() + tracks.size(),
                    pixels.length / (objects.size() + tracks.size()));
        }
        for (var expression : expected.path("expressions").properties()) {
            String what = name + "/" + expression.getKey();
            var meant = new ArrayList<Integer>();
            expression.getValue().path("objects").forEach(id -> meant.add(ids.indexOf(id.asText())));
            int[] indices = meant.stream().mapToInt(Integer::intValue).toArray();
            labels(checks, what, expected, expression.getValue(), ids, resized, natively, indices);
            selections(checks, what, expression.getValue(), tracks, indices, objects);
        }
    }

    private static void labels(
            Checks checks,
            String what,
            JsonNode video,
            JsonNode expected,
            List<String> ids,
            TrackOverlap resized,
            TrackOverlap natively,
            int... meant) {
        double tolerance = video.path("atol").asDouble() + STORED_DIGITS;
        int ofTruth = video.path("gt_tracks").asInt();
        var iou = new float[resized.iou().length];
        for (int i = 0; i < iou.length; i++) {
            var overlap = i < ofTruth ? natively : resized; // as the tracks' own files would hold it
            var match = overlap.best(meant)[i];
            iou[i] = match.iou();
            String track = what + " track " + i;
            checks.number(
                    track + ": iou", match.iou(), expected.path("iou").get(i).asDouble(), tolerance);
            checks.fact(
                    track + ": matched object",
                    match.object() < 0
                            ? expected.path("matched_object").get(i).isNull()
                            : ids.get(match.object())
                                    .equals(expected.path("matched_object")
                                            .get(i)
                                            .asText()));
            boolean isMatched = match.object() >= 0;
            checks.number(
                    track + ": precision",
                    isMatched ? overlap.precision()[i][match.object()] : 0,
                    expected.path("precision").get(i).asDouble(),
                    tolerance);
            checks.number(
                    track + ": recall",
                    isMatched ? overlap.recall()[i][match.object()] : 0,
                    expected.path("recall").get(i).asDouble(),
                    tolerance);
        }
        for (var field : expected.properties()) {
            if (field.getKey().startsWith("label_")) {
                double threshold = Double.parseDouble(
                        field.getKey().substring("label_".length()).replace('_', '.'));
                float[] labels = PseudoLabels.of(iou, threshold);
                boolean same = labels.length == field.getValue().size();
                for (int i = 0; same && i < labels.length; i++) {
                    same = labels[i] == field.getValue().get(i).asInt();
                }
                checks.fact(what + ": " + field.getKey(), same);
            }
        }
    }

    private static void selections(
            Checks checks,
            String what,
            JsonNode expected,
            List<List<Rle>> tracks,
            int[] meant,
            List<List<Rle>> objects) {
        var truth = union(Arrays.stream(meant).mapToObj(objects::get).toList(), tracks.get(0));
        pixels(checks, what + ": pixels of the truth", truth, expected.path("ground_truth_union_pixels"));
        for (var selection : expected.path("selections").properties()) {
            var chosen = new ArrayList<List<Rle>>();
            for (int i = 0; i < tracks.size(); i++) {
                if (selection.getValue().path("selected").get(i).asInt() == 1) {
                    chosen.add(tracks.get(i));
                }
            }
            var prediction = union(chosen, tracks.get(0));
            String name = what + ", " + selection.getKey() + ": ";
            pixels(checks, name + "pixels", prediction, selection.getValue().path("pixels"));
            double sum = 0;
            for (int t = 0; t < truth.size(); t++) {
                sum += RegionSimilarity.of(prediction.get(t), truth.get(t));
            }
            checks.number(
                    name + "J",
                    sum / truth.size(),
                    selection.getValue().path("J").asDouble(),
                    1e-6);
            checks.number(
                    name + "region F1",
                    RegionF1.of(prediction, truth),
                    selection.getValue().path("region_f1").asDouble(),
                    1e-6);
        }
    }

    private static void pixels(Checks checks, String what, List<Mask> clip, JsonNode expected) {
        boolean same = expected.size() == clip.size();
        for (int t = 0; same && t < clip.size(); t++) {
            same = clip.get(t).areaPixels() == expected.get(t).asLong();
        }
        checks.fact(what, same);
    }

    private static List<Mask> union(List<List<Rle>> clips, List<Rle> like) {
        List<Mask> union = new ArrayList<>();
        for (int t = 0; t < like.size(); t++) {
            var mask = Mask.empty(like.get(t).height(), like.get(t).width());
            for (var clip : clips) {
                mask = mask.or(clip.get(t).decode());
            }
            union.add(mask);
        }
        return union;
    }

    private static List<Rle> clip(JsonNode frames, int height, int width) {
        List<Rle> clip = new ArrayList<>();
        for (var frame : frames) {
            clip.add(
                    frame.isNull()
                            ? Rle.empty(height, width)
                            : Rle.ofCompressed(
                                    height, width, frame.path("counts").asText()));
        }
        return clip;
    }

    private static void table(ParityCase parityCase, Checks checks, String prefix, TrackOverlap overlap, double atol)
            throws IOException {
        close(parityCase, checks, prefix + "iou", flat(overlap.iou()), atol);
        close(parityCase, checks, prefix + "precision", flat(overlap.precision()), atol);
        close(parityCase, checks, prefix + "recall", flat(overlap.recall()), atol);
    }

    private static void close(ParityCase parityCase, Checks checks, String tensor, float[] got, double atol)
            throws IOException {
        if (parityCase.has(tensor)) {
            SelectorLossesRunner.close(parityCase, checks, tensor, got, atol, 0);
        }
    }

    private static float[] flat(float[][] rows) {
        int size = Arrays.stream(rows).mapToInt(row -> row.length).sum();
        var flat = new float[size];
        int at = 0;
        for (var row : rows) {
            System.arraycopy(row, 0, flat, at, row.length);
            at += row.length;
        }
        return flat;
    }
}
