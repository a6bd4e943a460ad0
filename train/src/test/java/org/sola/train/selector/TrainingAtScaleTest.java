package org.sola.train.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.config.Configs;
import org.sola.dataset.ReferringVideo;
import org.sola.precompute.ProcessMemory;
import org.sola.precompute.TokenCache;
import org.sola.selector.SelectorConfig;

/**
 * Training over a made-up cache of MeViS's size: 1,712 videos of 50 to 100 frames with 8 to 64 tracks of 256-wide tokens
 * and 23 thousand expressions, 5 GB on disk. A process of its own trains an epoch of a small selector over all of them, and
 * another some steps of the official one, the largest video among them; both must stay below 8 GiB.
 *
 * <p>{@code -Dscale.videos=N} takes fewer videos, {@code -Dscale.official=N} more for the official selector.
 */
@Tag("large")
class TrainingAtScaleTest {
    private static final int VIDEOS = 1712;
    private static final int OFFICIAL = 6;
    private static final int EXPRESSIONS = 23_051;
    private static final long MOST_BYTES = 8L << 30;
    private static final int VALID = 50; // every so many videos
    private static final int OBJECTS = 5;

    @TempDir
    private Path folder;

    /** Trains an epoch and prints the process's peak. */
    static final class Child {
        private static final SelectorConfig SMALL =
                new SelectorConfig("small", 256, 64, 64, 64, 4, 2, 100, 8, 0.1, 0.1, 8, 8);

        public static void main(String[] arguments) throws IOException {
            var set = set(Path.of(arguments[0]));
            int count = Integer.parseInt(arguments[2]);
            var config = arguments[1].equals("official") ? SelectorConfig.official() : SMALL;
            var recipe = Configs.load(
                    TrainingRecipe.class,
                    List.of(Path.of(System.getProperty("sola.home"), "configs/train/sola-official.yaml")),
                    Map.of("epochs", "1", "batch", "VIDEO", "labelSize", "NATIVE", "checkpointSteps", "0"));
            var splits = new SelectorTraining.Splits(videos(set, count, false), videos(set, count, true));
            System.err.println(splits.training().summary() + ", validation "
                    + splits.validation().summary());
            SelectorTraining.run(
                    Path.of(arguments[0], "run-" + arguments[1]),
                    config,
                    recipe,
                    splits,
                    SelectorTrainingTest.words(config.langTokenDim()),
                    new TrainingProgress() {
                        @Override
                        public void step(int epoch, int done, int steps, double meanLoss) {
                            if (done % 100 == 0 || done < 10) {
                                System.err.println(config.name() + " step " + done + " of " + steps + ": "
                                        + (ProcessMemory.residentBytes().orElse(0) >> 20) + " MiB resident, at most "
                                        + (ProcessMemory.peakResidentBytes().orElse(0) >> 20));
                            }
                        }
                    },
                    () -> false);
            System.out.println(ProcessMemory.peakResidentBytes().orElse(0));
        }

        private static TrainingVideos videos(SyntheticSet set, int count, boolean heldOut) throws IOException {
            var dataset = set.dataset();
            var some = new ArrayList<ReferringVideo>();
            for (int v = 0; v < count; v++) {
                if ((v % VALID == 1) == heldOut) {
                    some.add(dataset.videos().get(v));
                }
            }
            return CachedTrainingVideos.of(
                    dataset, TokenCache.open(set.cache()), some, TrackOverlap.Size.NATIVE, source -> true);
        }
    }

    private static SyntheticSet set(Path folder) {
        return new SyntheticSet(folder.resolve("data"), folder.resolve("cache"), 270, 480, 256);
    }

    private static List<SyntheticSet.Size> sizes(int count) {
        var random = new Random(7);
        var sizes = new ArrayList<SyntheticSet.Size>();
        sizes.add(new SyntheticSet.Size(64, 100, OBJECTS, 16)); // the largest step there can be
        for (int v = 1; v < count; v++) {
            int expressions = (int) ((long) EXPRESSIONS * (v + 1) / VIDEOS - (long) EXPRESSIONS * v / VIDEOS);
            sizes.add(new SyntheticSet.Size(8 + random.nextInt(57), 50 + random.nextInt(51), OBJECTS, expressions));
        }
        return sizes;
    }

    private long peak(String selector, int videos) throws IOException, InterruptedException {
        var child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-XX:+UseSerialGC",
                        "-Dai.djl.offline=true",
                        "-Dai.djl.pytorch.num_threads=1",
                        "-Djava.awt.headless=true",
                        "-Dsola.home=" + System.getProperty("sola.home"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        folder.toString(),
                        selector,
                        Integer.toString(videos))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var lines = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(0, child.waitFor(), lines);
        return Long.parseLong(lines);
    }

    @Test
    void anEpochOfMevisSizeFitsIn8GiB() throws IOException, InterruptedException {
        int videos = Integer.getInteger("scale.videos", VIDEOS);
        set(folder).write(sizes(videos), 3);
        long small = peak("small", videos);
        Assumptions.assumeTrue(small > 0, "the system does not say how much memory is resident");
        long official = peak("official", Integer.getInteger("scale.official", OFFICIAL));
        System.err.println("peak resident bytes: " + small + " over " + videos + " videos, " + official
                + " of the official selector");
        assertTrue(small < MOST_BYTES && official < MOST_BYTES, small + " and " + official + " bytes");
    }
}
