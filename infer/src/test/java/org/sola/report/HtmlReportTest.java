package org.sola.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.dataset.MevisDataset;
import org.sola.dataset.MevisWriter;
import org.sola.evaluate.Evaluation;
import org.sola.evaluate.PromptRecall;
import org.sola.image.ImageFiles;
import org.sola.image.RgbImage;
import org.sola.infer.DatasetInference;
import org.sola.infer.Submission;
import org.sola.infer.TrackScorer;
import org.sola.infer.TrackSelection;
import org.sola.mask.Mask;
import org.sola.mask.Rle;
import org.sola.precompute.CacheManifest;
import org.sola.precompute.Fingerprint;
import org.sola.precompute.TokenCache;
import org.sola.precompute.Track;
import org.sola.precompute.VideoSource;
import org.sola.precompute.VideoTracks;

/** A report over discs that move, tracked perfectly but for one, answered by a scorer that is wrong now and then. */
class HtmlReportTest {
    private static final int FRAMES = 12;
    private static final int HEIGHT = 96;
    private static final int WIDTH = 128;
    private static final List<String> NAMES =
            IntStream.range(0, FRAMES).mapToObj(t -> String.format("%05d", t)).toList();
    private static final int[] COLOURS = {0xC0392B, 0x27AE60, 0x8E44AD};

    @TempDir
    private Path folder;

    private static Rle disc(int object, int t) {
        int y0 = 24 + 26 * object;
        int x0 = object == 1 ? WIDTH - 12 - 8 * t : 12 + (6 + 3 * object) * t;
        boolean hidden = object == 2 && t > 7;
        return Rle.encode(Mask.of(HEIGHT, WIDTH, (y, x) -> !hidden && (y - y0) * (y - y0) + (x - x0) * (x - x0) < 120));
    }

    private static List<Rle> clip(int object) {
        return IntStream.range(0, FRAMES).mapToObj(t -> disc(object, t)).toList();
    }

    private static RgbImage frame(int t) {
        var rgb = new byte[HEIGHT * WIDTH * 3];
        var discs = IntStream.range(0, 3)
                .mapToObj(object -> disc(object, t).decode())
                .toList();
        for (int i = 0; i < HEIGHT * WIDTH; i++) {
            int colour = 0x707880 + (i / WIDTH) * 0x010101;
            for (int object = 0; object < 3; object++) {
                colour = discs.get(object).get(i / WIDTH, i % WIDTH) ? COLOURS[object] : colour;
            }
            rgb[3 * i] = (byte) (colour >> 16);
            rgb[3 * i + 1] = (byte) (colour >> 8);
            rgb[3 * i + 2] = (byte) colour;
        }
        return new RgbImage(HEIGHT, WIDTH, rgb);
    }

    private MevisDataset writeDataset() throws IOException {
        var writer = new MevisWriter(folder.resolve("data"));
        for (String video : List.of("discs-0", "discs-1", "discs-2", "discs-3")) {
            writer.add(
                    video,
                    NAMES,
                    List.of(clip(0), clip(1), clip(2)),
                    List.of(
                            new MevisWriter.Sentence("the red disc", "appearance", List.of(0)),
                            new MevisWriter.Sentence("the disc moving to the left", "motion", List.of(1)),
                            new MevisWriter.Sentence("the two discs moving right", "plural", List.of(0, 2)),
                            new MevisWriter.Sentence("the elephant <in> the room", "none", List.of())));
            for (int t = 0; t < FRAMES; t++) {
                ImageFiles.writeJpeg(
                        folder.resolve("data/JPEGImages/" + video + "/" + NAMES.get(t) + ".jpg"), frame(t), 0.9f);
            }
        }
        writer.write();
        return MevisDataset.open(folder.resolve("data"));
    }

    private TokenCache writeCache(MevisDataset dataset) throws IOException {
        var cache = TokenCache.create(folder.resolve("cache"));
        var log = new StringBuilder();
        for (var video : dataset.videos()) {
            var tracks = new ArrayList<Track>();
            for (int object = 0; object < 3; object++) {
                tracks.add(new Track(
                        10 + object, Track.GRID, 4 * object % FRAMES, 0.9, 0.97, clip(object), new float[FRAMES]));
            }
            cache.write(
                    new VideoTracks(video.id(), NAMES, HEIGHT, WIDTH, tracks, new float[3 * FRAMES], 1),
                    new CacheManifest.Origin("grid,box", 3, FRAMES, "stamp"),
                    new Fingerprint(
                            "test", "0", Map.of("grid.pointsPerSide", "7", "boxSource.source", "detector-nano")));
            log.append("{\"video\":\"" + video.id() + "\",\"seconds\":2.0,\"encode_seconds\":0.5}\n");
        }
        Files.writeString(folder.resolve("cache/precompute.log"), log);
        return cache;
    }

    /** Right on the red disc, right on the left-moving one but in the last video, blind for plural. */
    private static final class Scorer implements TrackScorer {
        @Override
        public List<float[]> score(VideoTracks tracks, VideoSource video, List<String> expressions) {
            boolean last = tracks.videoId().endsWith("3");
            return List.of(
                    new float[] {0.97f, 0.02f, 0.11f},
                    last ? new float[] {0.61f, 0.43f, 0.2f} : new float[] {0.08f, 0.88f, 0.3f},
                    new float[] {0.81f, 0.02f, 0.46f},
                    new float[] {0.01f, 0.02f, last ? 0.52f : 0.1f});
        }

        @Override
        public String name() {
            return "test";
        }

        @Override
        public void close() {}
    }

    private Path writeReport() throws Exception {
        var dataset = writeDataset();
        var cache = writeCache(dataset);
        var submission = Submission.at(folder.resolve("pred"));
        var outcome = new DatasetInference(dataset, new TrackSelection(dataset, cache, new Scorer(), 0.5f))
                .run(submission, (video, n, was) -> {});
        assertEquals(List.of(), outcome.failures());
        assertEquals(16, outcome.expressions());
        var result = Evaluation.of(dataset, submission)
                .withTracks(video -> TrackSelection.masksOf(cache.read(video.id())), 1)
                .run(done -> {});
        var log = folder.resolve("metrics.csv");
        Files.writeString(
                log, "epoch,train_loss,valid_loss,valid_f1\n1,0.9,0.95,0.3\n2,0.6,0.7,0.52\n3,0.45,0.62,0.61\n");
        var page = folder.resolve("report.html");
        HtmlReport.write(
                new ReportData(
                        "Discs",
                        Map.of("selector", "test"),
                        dataset,
                        submission,
                        result,
                        Optional.of(cache),
                        List.of(PromptRecall.of(dataset, cache)),
                        Optional.of(log)),
                page);
        return page;
    }

    @Test
    void thePageHoldsTheTableTheExamplesAndTheirScores() throws Exception {
        var file = writeReport();
        String keep = System.getProperty("report.keep");
        if (keep != null) {
            Files.copy(file, Path.of(keep), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        String page = Files.readString(file, StandardCharsets.UTF_8);
        for (String part : List.of(
                "By kind of expression",
                "What went well",
                "Where most was lost",
                "the disc moving to the left",
                "What the prompts find",
                "<th>grid 7x7 + boxes of detector-nano</th><td><b>1.000</b></td><td>3.0</td><td>2.00</td><td>0.50</td>",
                "Training of the selector",
                "svg class=\"tracks\"",
                "best selection",
                "discs-3")) {
            assertTrue(page.contains(part), part);
        }
    }

    @Test
    void thePageNeedsNothingFromElsewhereAndEscapesText() throws Exception {
        String page = Files.readString(writeReport(), StandardCharsets.UTF_8);
        assertFalse(page.contains("http:") || page.contains("https:") || page.contains("<script"));
        assertFalse(page.contains("<in>"), "the sentence's brackets are text");
        assertFalse(page.contains(folder.toString()), "no path of this machine unless it was given as a fact");
    }

    @Test
    void answeringAgainLeavesWhatIsThere() throws Exception {
        writeReport();
        var dataset = MevisDataset.open(folder.resolve("data"));
        var mask = folder.resolve("pred/discs-0/0/00000.png");
        var before = Files.getLastModifiedTime(mask);
        var there = new ArrayList<Boolean>();
        new DatasetInference(
                        dataset,
                        new TrackSelection(dataset, TokenCache.open(folder.resolve("cache")), new Scorer(), 0.5f))
                .run(Submission.at(folder.resolve("pred")), (video, n, was) -> there.add(was));
        assertEquals(List.of(true, true, true, true), there);
        assertEquals(before, Files.getLastModifiedTime(mask));
    }

    @Test
    void aVideoThatIsNotInTheCacheIsNamedAndCostsNoOther() throws Exception {
        writeReport();
        Files.delete(folder.resolve("cache/discs-1.json"));
        var dataset = MevisDataset.open(folder.resolve("data"));
        var outcome = new DatasetInference(
                        dataset,
                        new TrackSelection(dataset, TokenCache.open(folder.resolve("cache")), new Scorer(), 0.5f))
                .run(Submission.at(folder.resolve("again")), (video, n, was) -> {});
        assertEquals(3, outcome.videos());
        assertEquals(1, outcome.failures().size());
        assertTrue(
                outcome.failures().get(0).contains("discs-1"),
                outcome.failures().get(0));
    }
}
