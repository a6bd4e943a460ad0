package org.sola.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.dataset.DatasetException;
import org.sola.dataset.MevisDataset;
import org.sola.image.ImageFiles;
import org.sola.image.RgbImage;

class DemoDatasetTest {
    private static final SceneConfig SMALL =
            SceneConfig.video().withSize(96, 96).withFrames(12, 14);

    @TempDir
    private Path folder;

    private static DemoDataset.Request request(long seed, int videos, String split, int threads) {
        return new DemoDataset.Request(seed, videos, split, SMALL, 1, threads);
    }

    private DemoDataset.Summary generate(String name, DemoDataset.Request request) throws IOException {
        return DemoDataset.generate(folder.resolve(name), request, (done, of) -> {});
    }

    private Map<String, byte[]> bytes(String name) throws IOException {
        var root = folder.resolve(name);
        var all = new TreeMap<String, byte[]>();
        try (var files = Files.walk(root)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                all.put(root.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return all;
    }

    private void assertSame(String a, String b) throws IOException {
        var one = bytes(a);
        var two = bytes(b);
        assertEquals(one.keySet(), two.keySet());
        for (var name : one.keySet()) {
            assertArrayEquals(one.get(name), two.get(name), name);
        }
    }

    @Test
    void theSameSeedGivesTheSameBytesWithAnyNumberOfThreads() throws IOException {
        generate("serial", request(7, 4, "train", 1));
        generate("parallel", request(7, 4, "train", 3));
        assertSame("serial", "parallel");
        generate("other", request(8, 4, "train", 1));
        var frame = "train/JPEGImages/train00000/00000.jpg";
        assertFalse(Arrays.equals(bytes("serial").get(frame), bytes("other").get(frame)));
    }

    @Test
    void whatWasInterruptedIsCompletedToTheSameBytes() throws IOException {
        generate("whole", request(3, 3, "train", 1));
        generate("again", request(3, 3, "train", 1));
        var images = folder.resolve("again/train/JPEGImages");
        // as a killed run leaves it: one video half written, the JSON files not there
        Files.move(images.resolve("train00001"), images.resolve("train00001.part"));
        Files.delete(images.resolve("train00001.part/00003.jpg"));
        Files.delete(folder.resolve("again/train/meta_expressions.json"));
        assertEquals(1, generate("again", request(3, 3, "train", 1)).written());
        assertSame("whole", "again");
    }

    @Test
    void anInterruptedRunLeavesWholeVideosOnlyAndIsCompletedToTheSameBytes() throws IOException {
        generate("whole", request(3, 6, "train", 2));
        var worker = Thread.currentThread();
        assertThrows(
                InterruptedIOException.class,
                () -> DemoDataset.generate(
                        folder.resolve("again"), request(3, 6, "train", 2), (done, of) -> worker.interrupt()));
        assertTrue(Thread.interrupted(), "the caller still knows that it was interrupted");
        assertFalse(Files.exists(folder.resolve("again/train/meta_expressions.json")));
        try (var videos = Files.list(folder.resolve("again/train/JPEGImages"))) {
            for (var video : videos.toList()) {
                assertFalse(video.toString().endsWith(".part"), video.toString());
            }
        }
        generate("again", request(3, 6, "train", 2));
        assertSame("whole", "again");
    }

    @Test
    void shortClipsAreHowVideosBeginAndTellNoMotion() throws IOException {
        var clips = new DemoDataset.Request(7, 12, "train", SMALL.withFrames(2, 4), 3, 2);
        var summary = generate("clips", clips);
        assertFalse(summary.kinds().containsKey("motion"), summary.kinds().toString());
        assertTrue(summary.expressions() > 12 * 4, summary.kinds().toString());
        for (var video : MevisDataset.open(folder.resolve("clips/train")).videos()) {
            assertTrue(video.frameNames().size() >= 2 && video.frameNames().size() <= 4, video.id());
        }
        var whole = SceneSampler.video(5, SMALL.withFrames(DemoVideo.SHORTEST, DemoVideo.SHORTEST));
        var clip = DemoVideo.beginning(5, SMALL.withFrames(3, 3), 1);
        assertArrayEquals(
                SceneRenderer.of(whole).render(2).owners(), clip.frames().get(2).owners());
        for (int[] mixed : new int[][] {{1, 1}, {2, 12}}) {
            var config = SMALL.withFrames(mixed[0], mixed[1]);
            assertThrows(IllegalArgumentException.class, () -> new DemoDataset.Request(7, 12, "train", config, 1, 1));
        }
    }

    @Test
    void moreVideosLeaveTheFirstOnesAsTheyAre() throws IOException {
        generate("set", request(3, 2, "valid", 1));
        var before = bytes("set");
        var summary = generate("set", request(3, 3, "valid", 1));
        assertEquals(1, summary.written());
        var frame = "valid/JPEGImages/valid00001/00004.jpg";
        assertArrayEquals(before.get(frame), bytes("set").get(frame));
        var fewer = assertThrows(DatasetException.class, () -> generate("set", request(3, 1, "valid", 1)));
        assertTrue(fewer.getMessage().contains("holds 3 videos"), fewer.getMessage());
    }

    @Test
    void theDataSetReaderReadsWhatWasWritten() throws IOException {
        var summary = generate("set", request(11, 2, "train", 1));
        var dataset = MevisDataset.open(folder.resolve("set/train"));
        assertEquals(2, dataset.videos().size());
        int expressions = 0;
        for (int i = 0; i < 2; i++) {
            var video = dataset.videos().get(i);
            var drawn = DemoVideo.of(DemoDataset.videoSeed(11, "train", i), SMALL);
            assertEquals(drawn.frames().size(), video.frameNames().size());
            assertEquals(drawn.expressions().size(), video.expressions().size());
            for (int e = 0; e < drawn.expressions().size(); e++) {
                var wanted = drawn.expressions().get(e);
                var found = video.expressions().get(e);
                assertEquals(wanted.text(), found.text());
                assertEquals(wanted.kind().word(), found.kind());
                var ids = found.annotationIds().orElseThrow();
                assertEquals(wanted.objects().size(), ids.size());
                for (int k = 0; k < ids.size(); k++) {
                    var masks = dataset.annotation(video, ids.get(k), 96, 96);
                    assertEquals(
                            drawn.frames().get(5).mask(wanted.objects().get(k)),
                            masks.get(5).decode());
                }
                expressions++;
            }
        }
        assertEquals(summary.expressions(), expressions);
    }

    @Test
    void framesAreReadBackNearlyAsTheyWereDrawn() throws IOException {
        generate("set", request(5, 1, "train", 1));
        var drawn = DemoVideo.of(DemoDataset.videoSeed(5, "train", 0), SMALL)
                .frames()
                .get(2);
        var read = ImageFiles.read(folder.resolve("set/train/JPEGImages/train00000/00002.jpg"));
        long difference = 0;
        for (int i = 0; i < read.rgb().length; i++) {
            difference += Math.abs((read.rgb()[i] & 0xFF) - (drawn.image().rgb()[i] & 0xFF));
        }
        double mean = (double) difference / read.rgb().length;
        assertTrue(mean < 6, "mean difference " + mean);
    }

    @Test
    void aJpegOfAnySizeIsReadBack() throws IOException {
        for (int size : new int[] {1, 7, 8, 17, 100}) {
            var rgb = new byte[size * (size + 3) * 3];
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = (byte) (128 + 100 * Math.sin(i / 3 % (size + 3) / 6.0 + i % 3));
            }
            var image = new RgbImage(size, size + 3, rgb);
            var file = folder.resolve(size + ".jpg");
            Files.write(file, BaselineJpeg.encode(image, 95));
            var read = ImageFiles.read(file);
            assertEquals(size, read.height());
            for (int i = 0; i < rgb.length; i++) {
                assertEquals(rgb[i] & 0xFF, read.rgb()[i] & 0xFF, 14, "size " + size + ", value " + i);
            }
        }
    }

    @Test
    void splitsAndSeedsShareNoVideo() {
        var seeds = new HashSet<Long>();
        for (long seed = 0; seed < 20; seed++) {
            for (var split : new String[] {"train", "valid"}) {
                for (int i = 0; i < 500; i++) {
                    assertTrue(seeds.add(DemoDataset.videoSeed(seed, split, i)), seed + " " + split + " " + i);
                }
            }
        }
    }

    @Test
    void aFolderWithOtherContentIsNotTouched() throws IOException {
        Files.createDirectories(folder.resolve("mine/train"));
        Files.writeString(folder.resolve("mine/train/notes.txt"), "keep");
        var foreign = assertThrows(DatasetException.class, () -> generate("mine", request(1, 1, "train", 1)));
        assertTrue(foreign.getMessage().contains("not made by this command"), foreign.getMessage());

        generate("set", request(1, 1, "train", 1));
        var other = assertThrows(DatasetException.class, () -> generate("set", request(2, 1, "train", 1)));
        assertTrue(other.getMessage().contains("\"seed\" is 1, this run has 2"), other.getMessage());
    }

    @Test
    void aRicherVideoSaysMoreAboutTheSameScene() {
        long seed = DemoDataset.videoSeed(3, "train", 1);
        var usual = DemoVideo.of(seed, SMALL);
        var rich = DemoVideo.of(seed, SMALL, 4);
        assertEquals(usual.scene(), rich.scene());
        var texts = rich.expressions().stream().map(DemoExpression::text).toList();
        assertTrue(texts.size() > 1.5 * usual.expressions().size(), texts.toString());
        assertEquals(texts.size(), new java.util.HashSet<>(texts).size());
    }
}
