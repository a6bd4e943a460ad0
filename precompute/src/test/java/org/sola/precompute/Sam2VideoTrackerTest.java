package org.sola.precompute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.image.Corruption;
import org.sola.image.RgbImage;
import org.sola.sam2.FrameFeatures;
import org.sola.sam2.Sam2;

class Sam2VideoTrackerTest {
    private static NDManager manager;
    private static Sam2 model;

    @TempDir
    Path folder;

    @BeforeAll
    static void makeModel() throws IOException {
        manager = NDManager.newBaseManager("PyTorch");
        model = NanoModel.random(manager);
    }

    @AfterAll
    static void closeModel() {
        manager.close();
    }

    private static Sam2VideoTracker.Builder builder(PrecomputeRecipe recipe) {
        return Sam2VideoTracker.builder(model, "00", recipe);
    }

    @Test
    void corruptedFramesGiveOtherTokensUnderAnotherFingerprint() throws IOException {
        var clip = NanoModel.clip(folder.resolve("squares"), 3);
        var recipe = NanoModel.recipe(3, 2, 2);
        var clean = builder(recipe).withTruth(true).build();
        var noise = Optional.of(Corruption.parse("gaussian-noise", 7));
        var corrupted = builder(recipe).withTruth(true).withCorruption(noise).build();
        assertEquals(
                List.of(
                        "corruption: unset here, gaussian-noise of severity 5, seed 7, one draw a frame, no JPEG between"
                                + " there"),
                clean.fingerprint().differences(corrupted.fingerprint()));
        assertEquals(
                clean.fingerprint().tokenOrigin(),
                corrupted.fingerprint().tokenOrigin(),
                "a selector trained on clean frames may answer from corrupted ones");
        var first = corrupted.track(clip, TrackingProgress.NONE).tracks();
        assertArrayEquals(
                first.tokens(),
                corrupted.track(clip, TrackingProgress.NONE).tracks().tokens());
        int truths = 2 * 3 * first.tokenDim(); // both objects are prompted by the same masks
        var cleanTokens = clean.track(clip, TrackingProgress.NONE).tracks().tokens();
        assertFalse(Arrays.equals(Arrays.copyOf(first.tokens(), truths), Arrays.copyOf(cleanTokens, truths)));
    }

    @Test
    void everyFrameIsEncodedOnceAndRunningAgainGivesTheSame() throws IOException {
        var clip = NanoModel.clip(folder.resolve("squares"), 6);
        var tracker = builder(NanoModel.recipe(3, 4, 5)).withTruth(true).build();
        assertEquals("truth,grid", tracker.promptSources());
        var first = tracker.track(clip, TrackingProgress.NONE);
        var tracks = first.tracks();
        assertEquals(6, first.encoderCalls());
        assertEquals(6, tracks.frames());
        assertEquals(NanoModel.SIDE, tracks.height());
        assertEquals(model.config().hiddenDim(), tracks.tokenDim());
        assertEquals(
                List.of(Track.TRUTH, Track.TRUTH),
                tracks.tracks().subList(0, 2).stream().map(Track::source).toList());
        assertTrue(tracks.tracks().size() > 2, "the grid gives tracks too");
        assertTrue(tracks.tracks().size() <= 7, "at most 5 of the grid");
        var again = tracker.track(clip, TrackingProgress.NONE).tracks();
        assertArrayEquals(tracks.tokens(), again.tokens());
        for (int n = 0; n < tracks.tracks().size(); n++) {
            assertEquals(tracks.tracks().get(n).masks(), again.tracks().get(n).masks());
        }
    }

    @Test
    void spillingFeaturesChangesNothing() throws IOException {
        var clip = NanoModel.clip(folder.resolve("squares"), 5);
        var recipe = NanoModel.recipe(3, 4, 3);
        var held = builder(recipe).build().track(clip, TrackingProgress.NONE).tracks();
        var spilled = builder(recipe)
                .limits(0, folder.resolve("spill"))
                .build()
                .track(clip, TrackingProgress.NONE)
                .tracks();
        assertArrayEquals(held.tokens(), spilled.tokens());
    }

    @Test
    void tracksDoNotDependOnTheirBatch() throws IOException {
        var clip = NanoModel.clip(folder.resolve("squares"), 5);
        var together = builder(NanoModel.recipe(3, 8, 1))
                .withTruth(true)
                .withGrid(false)
                .build();
        var alone = builder(NanoModel.recipe(3, 1, 1))
                .withTruth(true)
                .withGrid(false)
                .build();
        assertArrayEquals(
                alone.track(clip, TrackingProgress.NONE).tracks().tokens(),
                together.track(clip, TrackingProgress.NONE).tracks().tokens(),
                1e-4f);
    }

    @Test
    void aSingleFrameIsAVideoToo() throws IOException {
        var clip = NanoModel.clip(folder.resolve("still"), 1);
        var tracked = builder(NanoModel.recipe(3, 4, 3)).withTruth(true).build().track(clip, TrackingProgress.NONE);
        assertEquals(1, tracked.tracks().frames());
        assertEquals(1, tracked.encoderCalls());
    }

    /** The boxes of the clip's two squares on the first frame, found in the picture or in the features. */
    private record Squares(boolean looksAtFeatures, String first, String second) implements BoxSource {
        @Override
        public Map<String, String> settings() {
            return Map.of("source", "squares");
        }

        @Override
        public String stamp(VideoSource video) {
            return "squares of " + first;
        }

        @Override
        public BoxPrompter forVideo(VideoSource video) {
            return new BoxPrompter() {
                @Override
                public List<DetectedBox> inImage(int frame, RgbImage image) {
                    return looksAtFeatures || frame > 0 ? List.of() : boxes();
                }

                @Override
                public List<DetectedBox> inFeatures(int frame, FrameFeatures features, int height, int width) {
                    assertEquals(NanoModel.SIDE, height);
                    assertEquals(1, features.frames());
                    return looksAtFeatures && frame == 0 ? boxes() : List.of();
                }
            };
        }

        private List<BoxPrompter.DetectedBox> boxes() {
            return List.of(
                    new BoxPrompter.DetectedBox(8, 10, 28, 34, 0.9, "square", first),
                    new BoxPrompter.DetectedBox(38, 35, 58, 59, 0.8, "square", second));
        }
    }

    @Test
    void boxesBecomeTracksOfTheirExpression() throws IOException {
        var clip = NanoModel.clip(folder.resolve("squares"), 5);
        var recipe = NanoModel.recipe(3, 4, 3);
        var tracker = builder(recipe)
                .withGrid(false)
                .withBoxes(new Squares(false, "3", "5"))
                .build();
        assertEquals("box", tracker.promptSources());
        var tracked = tracker.track(clip, TrackingProgress.NONE);
        assertEquals(2, tracked.prompts());
        tracked.tracks().tracks().forEach(track -> assertEquals(Track.BOX, track.source()));
        assertTrue(tracked.tracks().tracks().stream().anyMatch(track -> track.serves("3") && !track.serves("5")));
        assertEquals(1, BoxPrompts.stability(new float[] {2, 3, -5}));
        assertEquals(0.5, BoxPrompts.stability(new float[] {2, 0, -5}));
        assertEquals(0, BoxPrompts.stability(new float[] {-2, -3}));
    }

    @Test
    void aDetectorOnTheFeaturesCostsNoFurtherEncoding() throws IOException {
        var clip = NanoModel.clip(folder.resolve("squares"), 5);
        var recipe = NanoModel.recipe(3, 4, 3);
        var ofImage = builder(recipe)
                .withGrid(false)
                .withBoxes(new Squares(false, "", ""))
                .build();
        var ofFeatures = builder(recipe)
                .withGrid(false)
                .withBoxes(new Squares(true, "", ""))
                .build();
        var expected = ofImage.track(clip, TrackingProgress.NONE);
        var tracked = ofFeatures.track(clip, TrackingProgress.NONE);
        assertEquals(5, tracked.encoderCalls());
        assertArrayEquals(expected.tracks().tokens(), tracked.tracks().tokens());
    }

    @Test
    void boxesThatServeAllAddNoSecondTrackOfWhatTheGridHasFound() throws IOException {
        var clip = NanoModel.clip(folder.resolve("squares"), 5);
        var recipe = NanoModel.recipe(3, 4, 3);
        var same = new BoxSource() { // every track of the boxes is one that the grid finds
                    @Override
                    public Map<String, String> settings() {
                        return Map.of();
                    }

                    @Override
                    public BoxPrompter forVideo(VideoSource video) {
                        return new Squares(false, "", "").forVideo(video);
                    }
                };
        var everything =
                new TrackRule(4, 0, 4, 200, 4, 3, false, -1, MaskComparison.NATIVE, 1); // all are the same object
        var closing = new PrecomputeRecipe("test", recipe.grid(), recipe.boxes(), recipe.gridTracks(), everything);
        var tracked = builder(closing).withBoxes(same).build().track(clip, TrackingProgress.NONE);
        assertTrue(tracked.tracks().tracks().stream()
                .noneMatch(track -> track.source().equals(Track.BOX)));
        var named = builder(closing).withBoxes(new Squares(false, "3", "5")).build();
        assertTrue(
                named.track(clip, TrackingProgress.NONE).tracks().tracks().stream()
                        .anyMatch(track -> track.source().equals(Track.BOX)),
                "what an expression names is tracked for it, as SOLA does");
    }

    @Test
    void theSourceOfBoxesIsInTheFingerprintAndWhatItTakesFromTheVideoInTheStamp() throws IOException {
        var clip = NanoModel.clip(folder.resolve("squares"), 2);
        var recipe = NanoModel.recipe(3, 4, 3);
        var grid = builder(recipe).build();
        var boxed = builder(recipe).withBoxes(new Squares(false, "3", "5")).build();
        assertEquals(Fingerprint.of("sam2.1-nano", "00", recipe), grid.fingerprint());
        assertEquals(
                List.of("boxSource.source: unset here, squares there"),
                grid.fingerprint().differences(boxed.fingerprint()));
        assertEquals(clip.stamp(), grid.stamp(clip));
        assertEquals(clip.stamp() + ", squares of 3", boxed.stamp(clip));
    }

    @Test
    void stoppingFreesWhatWasMade() throws IOException {
        var clip = NanoModel.clip(folder.resolve("squares"), 5);
        var tracker = builder(NanoModel.recipe(3, 4, 3)).build();
        assertThrows(
                StoppedException.class,
                () -> tracker.track(clip, new TrackingProgress() {
                    @Override
                    public boolean isStopped() {
                        return true;
                    }
                }));
        assertEquals(5, tracker.track(clip, TrackingProgress.NONE).encoderCalls());
    }

    @Test
    void nothingToPromptWithIsRefused() {
        var nothing = builder(NanoModel.recipe(3, 4, 3)).withGrid(false);
        assertThrows(IllegalArgumentException.class, nothing::build);
    }
}
