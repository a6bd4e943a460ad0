package org.sola.propagation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sola.cutie.Cutie;
import org.sola.cutie.CutieConfig;
import org.sola.cutie.CutiePropagator;
import org.sola.cutie.CutieSettings;
import org.sola.cutie.NanoCutie;
import org.sola.mask.Mask;
import org.sola.sam2.FeatureStore;
import org.sola.sam2.Sam2;
import org.sola.sam2.Sam2Config;
import org.sola.sam2.Sam2Propagator;
import org.sola.sam2.VideoSettings;
import org.sola.tensor.Weights;
import org.sola.video.VideoException;

class MaskPropagatorTest {
    private static final int FRAMES = 7;
    private static final long ENOUGH = 1L << 30;

    @TempDir
    private Path folder;

    /** Those that there are. */
    enum Network {
        CUTIE,
        SAM2;

        MaskPropagator of(NDManager manager, long memoryBytes, Path folder) throws Exception {
            var configs = Path.of(System.getProperty("sola.home"), "configs/models");
            var weights = Weights.initialise(5, manager);
            if (this == CUTIE) {
                var cutie = Cutie.of(CutieConfig.read(configs.resolve("cutie-nano.yaml")), weights);
                return CutiePropagator.of(
                        cutie,
                        CutieSettings.findTrackMevis().withShorterSide(50, true),
                        new CutiePropagator.Limits(memoryBytes, ENOUGH, folder));
            }
            var config = Sam2Config.read(configs.resolve("sam2.1-nano.yaml")).withImageSize(64);
            return Sam2Propagator.of(
                    Sam2.of(config, weights),
                    VideoSettings.official(),
                    new FeatureStore.Limits(memoryBytes, folder, 1));
        }
    }

    private static Mask box(int left, int top) {
        return Mask.of(60, 90, (y, x) -> y >= top && y < top + 20 && x >= left && x < left + 30);
    }

    /** The masks by frame, and the order in which frames came. */
    private static TreeMap<Integer, List<Mask>> follow(
            EncodedVideo video, int keyFrame, List<Mask> masks, List<Integer> order) {
        var byFrame = new TreeMap<Integer, List<Mask>>();
        video.propagate(keyFrame, masks, (frame, found) -> {
            order.add(frame);
            byFrame.put(frame, found);
        });
        return byFrame;
    }

    @ParameterizedTest
    @EnumSource(Network.class)
    void everyFrameIsAnsweredOnceFromTheKeyFrameOnThenBack(Network network) throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var video = network.of(manager, ENOUGH, folder).open(NanoCutie.video(FRAMES))) {
            var expected = Stream.concat(IntStream.range(3, FRAMES).boxed(), Stream.of(2, 1, 0))
                    .toList();
            var order = new ArrayList<Integer>();
            var masks = follow(video, 3, List.of(box(10, 10), box(50, 30)), order);
            assertEquals(expected, order);
            for (var found : masks.values()) {
                assertEquals(2, found.size());
                assertEquals(60, found.get(0).height());
                assertEquals(90, found.get(1).width());
            }
            assertEquals(FRAMES, video.frameCount());
            assertEquals(FRAMES, video.encoderCalls());
        }
    }

    @ParameterizedTest
    @EnumSource(Network.class)
    void featuresReadBackFromAFileGiveTheSameMasks(Network network) throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var held = network.of(manager, ENOUGH, folder).open(NanoCutie.video(FRAMES));
                var spilled = network.of(manager, 0, folder).open(NanoCutie.video(FRAMES))) {
            for (int keyFrame : new int[] {0, 4, FRAMES - 1}) {
                var order = new ArrayList<Integer>();
                assertEquals(
                        follow(held, keyFrame, List.of(box(10, 10)), order),
                        follow(spilled, keyFrame, List.of(box(10, 10)), order));
                assertEquals(2 * FRAMES, order.size());
            }
        }
        try (var left = Files.list(folder)) {
            assertEquals(0, left.count());
        }
    }

    @ParameterizedTest
    @EnumSource(Network.class)
    void nothingStaysInMemoryAfterwards(Network network) throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var propagator = network.of(manager, ENOUGH, folder);
            int before = 0;
            for (int i = 0; i < 3; i++) {
                try (var video = propagator.open(NanoCutie.video(2))) {
                    follow(video, 1, List.of(box(10, 10)), new ArrayList<>());
                }
                int now = manager.getManagedArrays().size();
                assertTrue(i == 0 || now == before, now + " arrays, before " + before);
                before = now;
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Network.class)
    void aVideoOfOneFrameIsItsKeyFrame(Network network) throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var video = network.of(manager, ENOUGH, folder).open(NanoCutie.video(1))) {
            var order = new ArrayList<Integer>();
            follow(video, 0, List.of(box(10, 10)), order);
            assertEquals(List.of(0), order);
        }
    }

    @ParameterizedTest
    @EnumSource(Network.class)
    void wrongStartsAreRefusedInWords(Network network) throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var video = network.of(manager, ENOUGH, folder).open(NanoCutie.video(2))) {
            assertRefused(video, 2, List.of(box(0, 0)), "there is no key frame 2; the video has frames 0 to 1");
            assertRefused(video, 0, List.of(), "a propagation needs the mask of at least one object");
            assertRefused(
                    video,
                    0,
                    List.of(Mask.empty(90, 60)),
                    "mask 0 of the key frame is 60x90, the video's frames are 90x60 (width x height)");
        }
    }

    private static void assertRefused(EncodedVideo video, int keyFrame, List<Mask> masks, String message) {
        var error = assertThrows(
                IllegalArgumentException.class, () -> video.propagate(keyFrame, masks, (frame, found) -> {}));
        assertEquals(message, error.getMessage());
    }

    @Test
    void framesWithoutRoomForTheirFeaturesAreEncodedAgain() throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var all = Network.CUTIE.of(manager, ENOUGH, folder).open(NanoCutie.video(FRAMES))) {
            var weights = Weights.initialise(5, manager);
            var configs = Path.of(System.getProperty("sola.home"), "configs/models");
            var cutie = Cutie.of(CutieConfig.read(configs.resolve("cutie-nano.yaml")), weights);
            var settings = CutieSettings.findTrackMevis().withShorterSide(50, true);
            var none = new CutiePropagator.Limits(0, 0, folder);
            try (var nothing = CutiePropagator.of(cutie, settings, none).open(NanoCutie.video(FRAMES))) {
                for (int i = 1; i <= 2; i++) {
                    var order = new ArrayList<Integer>();
                    assertEquals(
                            follow(all, 3, List.of(box(10, 10)), order),
                            follow(nothing, 3, List.of(box(10, 10)), order));
                    assertEquals(FRAMES, all.encoderCalls());
                    assertEquals(i * FRAMES, nothing.encoderCalls());
                }
            }
        }
    }

    @Test
    void aVideoWithoutFramesIsRefused() throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            for (var network : Network.values()) {
                var propagator = network.of(manager, ENOUGH, folder);
                assertThrows(VideoException.class, () -> propagator.open(NanoCutie.video(0)));
            }
        }
    }
}
