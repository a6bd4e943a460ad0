package org.sola.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.sola.dataset.DatasetCheck;
import org.sola.dataset.DatasetFolder;
import org.sola.dataset.Expression;
import org.sola.dataset.Layout;
import org.sola.dataset.ReferringDataset;
import org.sola.dataset.ReferringVideo;
import org.sola.image.RgbImage;
import org.sola.mask.Rle;

/** A miniature data set: every video, frame, sentence and mask that its loader must report, and a check without complaint. */
final class DatasetRunner implements ParityRunner {
    private static final double IMAGE_TOLERANCE = 1.0;
    private static final double CLIP_TOLERANCE = 2.0;

    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.json().has("layout")
                && DatasetFolder.detect(parityCase.folder()).isPresent();
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        var folder = DatasetFolder.detect(parityCase.folder()).orElseThrow();
        for (var check : DatasetCheck.of(folder.layout(), folder.root(), 1, id -> {})) {
            checks.fact("check of " + check.name() + " finds nothing: " + check.problems(), check.isSound());
        }
        for (var split : parityCase.json().path("splits").properties()) {
            var want = split.getValue();
            split(checks, split.getKey(), folder.open(split.getKey()), want.path("videos"));
            if (folder.layout() == Layout.REF_DAVIS) {
                split(checks, split.getKey() + " raw", folder.openAsDownloaded(split.getKey()), want.path("videos"));
            }
        }
        if (parityCase.json().has("samples")) {
            sentences(checks, folder, parityCase.json());
        }
    }

    private static void split(Checks checks, String split, ReferringDataset dataset, JsonNode videos)
            throws IOException {
        checks.fact(split + ": no problems", dataset.problems().isEmpty());
        checks.fact(split + ": number of videos", dataset.videos().size() == videos.size());
        for (var video : dataset.videos()) {
            var want = videos.path(video.id());
            String name = split + " " + video.id() + ": ";
            int height = want.path("height").asInt();
            int width = want.path("width").asInt();
            checks.fact(name + "frames", texts(want.path("frames")).equals(video.frameNames()));
            colours(checks, name, video, want, IMAGE_TOLERANCE);
            checks.fact(
                    name + "number of expressions",
                    want.path("expressions").size() == video.expressions().size());
            for (var expression : video.expressions()) {
                expression(checks, name, dataset, video, expression, want, height, width);
            }
            for (var object : want.path("objects").properties()) {
                masks(
                        checks,
                        name + "object " + object.getKey(),
                        object.getValue(),
                        dataset.annotation(video, object.getKey(), height, width));
            }
            var ignored = want.path("void_pixels");
            for (int t = 0; t < ignored.size(); t++) {
                long pixels = dataset.ignored(video, height, width).get(t).areaPixels();
                checks.fact(name + "void pixels", pixels == ignored.get(t).asLong());
            }
        }
    }

    private static void expression(
            Checks checks,
            String name,
            ReferringDataset dataset,
            ReferringVideo video,
            Expression expression,
            JsonNode ofVideo,
            int height,
            int width) {
        var want = ofVideo.path("expressions").path(expression.id());
        String at = name + "expression " + expression.id() + " ";
        checks.fact(at + "text", want.path("exp").asText().equals(expression.text()));
        checks.fact(at + "normalised", want.path("normalised").asText().equals(expression.normalisedText()));
        if (want.has("annotator")) {
            checks.fact(
                    at + "annotator",
                    Integer.parseInt(expression.id()) % 4
                            == want.path("annotator").asInt());
        }
        var ids = want.has("anno_id") ? want.path("anno_id") : want.path("obj_id");
        boolean isKnown = want.hasNonNull("anno_id") || want.hasNonNull("obj_id");
        checks.fact(at + "has its truth", isKnown == expression.annotationIds().isPresent());
        if (isKnown) {
            var wanted = ids.isArray() ? texts(ids) : List.of(ids.asText());
            checks.fact(at + "objects", wanted.equals(expression.annotationIds().orElseThrow()));
        }
        if (want.has("merged")) {
            masks(checks, at + "masks", want.path("merged"), dataset.truth(video, expression, height, width));
        }
    }

    private static void sentences(Checks checks, DatasetFolder folder, JsonNode json) throws IOException {
        boolean bySplit = json.path("samples").isObject();
        for (String split : folder.splits()) {
            var dataset = folder.open(split);
            checks.fact(split + ": no problems", dataset.problems().isEmpty());
            var found = new ArrayList<String>();
            for (var video : dataset.videos()) {
                var want = json.path("videos").path(video.id());
                int frames =
                        want.path("frames").asInt(want.path("frames_with_masks").asInt());
                checks.fact(
                        video.id() + ": number of frames",
                        frames == video.frameNames().size());
                colours(checks, video.id() + ": ", video, want, video.isFile() ? CLIP_TOLERANCE : IMAGE_TOLERANCE);
                samples(dataset, video, want, found);
            }
            var wanted = bySplit ? json.path("samples").path(split) : json.path("samples");
            checks.fact(
                    (split + " samples").strip() + " (" + found.size() + ")",
                    found.stream()
                            .sorted()
                            .toList()
                            .equals(StreamSupport.stream(wanted.spliterator(), false)
                                    .map(DatasetRunner::sample)
                                    .sorted()
                                    .toList()));
        }
    }

    private static String sample(JsonNode want) {
        return want.path("image_id").asText() + " " + want.path("text").asText() + " "
                + want.path("area").asText() + " " + want.path("bbox");
    }

    private static void samples(ReferringDataset dataset, ReferringVideo video, JsonNode want, List<String> found) {
        for (var expression : video.expressions()) {
            var masks = dataset.truth(
                    video,
                    expression,
                    want.path("height").asInt(),
                    want.path("width").asInt());
            dataset.scoredFrames(video, expression).stream()
                    .forEach(t -> found.add(dataset.sampleId(video, expression, t) + " " + expression.text() + " "
                            + masks.get(t).areaPixels() + " " + Boxes.of(masks.get(t))));
        }
    }

    private static void masks(Checks checks, String name, JsonNode want, List<Rle> got) {
        boolean same = want.path("area").size() == got.size();
        for (int t = 0; same && t < got.size(); t++) {
            same = want.path("area").get(t).asLong() == got.get(t).areaPixels()
                    && want.path("bbox").get(t).toString().equals(Boxes.of(got.get(t)));
        }
        checks.fact(name, same);
    }

    private static void colours(Checks checks, String name, ReferringVideo video, JsonNode want, double tolerance)
            throws IOException {
        int t = 0;
        try (var frames = video.open().frames()) {
            for (var colour : want.path("mean_rgb")) {
                if (!frames.hasNext()) {
                    break; // JHMDB states frames beyond the last mask too, which are not used
                }
                var mean = mean(frames.next());
                for (int c = 0; c < mean.length; c++) {
                    checks.number(
                            name + "colour of frame " + t,
                            mean[c],
                            colour.get(c).asDouble(),
                            tolerance);
                }
                t++;
            }
        }
        if (want.has("mean_rgb")) {
            checks.fact(name + "frames decoded", t == video.frameNames().size());
        }
    }

    private static double[] mean(RgbImage image) {
        var sums = new double[3];
        for (int i = 0; i < image.rgb().length; i++) {
            sums[i % 3] += image.rgb()[i] & 0xFF;
        }
        for (int c = 0; c < sums.length; c++) {
            sums[c] /= image.rgb().length / 3.0;
        }
        return sums;
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(value -> texts.add(value.asText()));
        return texts;
    }

    /** The folder of a set inside a case that holds several. */
    static Path only(Path folder) throws IOException {
        try (var children = java.nio.file.Files.list(folder)) {
            return children.filter(java.nio.file.Files::isDirectory).findFirst().orElseThrow();
        }
    }
}
