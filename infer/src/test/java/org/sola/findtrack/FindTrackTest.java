package org.sola.findtrack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sola.mask.Mask;
import org.sola.mask.Rle;
import org.sola.propagation.EncodedVideo;
import org.sola.propagation.MaskPropagator;
import org.sola.video.Video;

class FindTrackTest {
    private static final FindTrackListener QUIET = (stage, done, of) -> {};

    private final Squares.ColourSegmenter segmenter = new Squares.ColourSegmenter();
    private final Squares.RightAligner aligner = new Squares.RightAligner();
    private final Echo propagator = new Echo();

    /** Repeats the key mask on every frame, and remembers what it was asked. */
    private static final class Echo implements MaskPropagator {
        private final List<Integer> asked = new ArrayList<>();
        private boolean isInterrupting;

        @Override
        public String name() {
            return "echo";
        }

        @Override
        public EncodedVideo open(Video video) {
            int frames = video.countFrames();
            return new EncodedVideo() {
                @Override
                public int frameCount() {
                    return frames;
                }

                @Override
                public int encoderCalls() {
                    return frames;
                }

                @Override
                public void propagate(int keyFrame, List<Mask> masks, Sink sink) {
                    asked.add(keyFrame);
                    for (int t = 0; t < frames; t++) {
                        if (isInterrupting) {
                            Thread.currentThread().interrupt();
                        }
                        sink.accept(t, masks);
                    }
                }

                @Override
                public void close() {}
            };
        }
    }

    private FindTrack findTrack(KeyFrameChoice choice, double confidence, double alignment) {
        return FindTrack.of(new KeyFrameRule(choice, 5, confidence, alignment, true), segmenter, aligner, propagator);
    }

    private List<FindTrack.Answer> answers(FindTrack findTrack, Video video, String... expressions)
            throws IOException, InterruptedException {
        return findTrack.answer(video, List.of(expressions), QUIET).answers();
    }

    @Test
    void theFrameThatFitsBestIsFollowed() throws Exception {
        var video = Squares.of(13);
        var byAlignment = answers(findTrack(KeyFrameChoice.BEST, 0, 1), video, "the red one")
                .get(0);
        assertEquals(12, byAlignment.chosen().orElseThrow().frame());
        assertEquals(Rle.encode(video.red(12)), byAlignment.masks().get(3));
        assertEquals(
                List.of(0, 3, 6, 9, 12),
                byAlignment.candidates().stream().map(Candidate::frame).toList());
        var byConfidence = answers(findTrack(KeyFrameChoice.BEST, 1, 0), video, "the red one")
                .get(0);
        assertEquals(0, byConfidence.chosen().orElseThrow().frame());
    }

    @Test
    void aFixedFrameIsTakenWithoutLookingAtOthers() throws Exception {
        var middle = FindTrack.of(new KeyFrameRule(KeyFrameChoice.MIDDLE, 5, 0.5, 0.5, true), segmenter, propagator);
        var answer = answers(middle, Squares.of(13), "the red one").get(0);
        assertEquals(6, answer.chosen().orElseThrow().frame());
        assertEquals(1, segmenter.encoded);
        assertEquals(0, aligner.prepared);
        assertEquals("colours + echo", middle.name());
    }

    @Test
    void whatNoExpressionChangesIsComputedOnce() throws Exception {
        var findTrack = findTrack(KeyFrameChoice.BEST, 0.5, 0.5);
        var result = findTrack.answer(Squares.of(13), List.of("red", "blue", "red", "red square", "nothing"), QUIET);
        assertEquals(5, segmenter.encoded);
        assertEquals(5, aligner.prepared);
        assertEquals(0, segmenter.open);
        assertEquals(5 + 13, result.cost().encoderCalls());
        assertEquals(2, propagator.asked.size(), "red, red square: one mask on one frame");
        var answers = result.answers();
        assertEquals(answers.get(0).masks(), answers.get(2).masks());
        assertEquals(answers.get(0).masks(), answers.get(3).masks());
        assertEquals("red square", answers.get(3).expression());
    }

    @Test
    void fewFramesAreEachLookedAtOnce() throws Exception {
        for (int frames : new int[] {1, 2, 3}) {
            segmenter.encoded = 0;
            var answer = answers(findTrack(KeyFrameChoice.BEST, 0.5, 0.5), Squares.of(frames), "red")
                    .get(0);
            assertEquals(frames, segmenter.encoded);
            assertEquals(frames, answer.candidates().size());
            assertEquals(frames, answer.masks().size());
        }
    }

    @Test
    void whatIsOnNoCandidateFrameMeansNothing() throws Exception {
        var answer = answers(findTrack(KeyFrameChoice.BEST, 0.5, 0.5), Squares.of(6), "the green one")
                .get(0);
        assertTrue(answer.isNothing());
        assertTrue(answer.chosen().isEmpty());
        assertEquals(6, answer.masks().size());
        assertTrue(answer.masks().stream().allMatch(mask -> mask.areaPixels() == 0));
        assertTrue(propagator.asked.isEmpty(), "nothing was followed");
    }

    @Test
    void anEmptyMaskWinsOnlyAsInThePublishedCodeAndIsNotFollowed() throws Exception {
        var late = new Squares(9, 5); // there is no red square before frame 5
        var skipping =
                answers(findTrack(KeyFrameChoice.BEST, 0.5, 0.5), late, "red").get(0);
        assertTrue(skipping.chosen().orElseThrow().frame() >= 5);
        assertFalse(skipping.isNothing());
        var first = FindTrack.of(new KeyFrameRule(KeyFrameChoice.FIRST, 5, 0.5, 0.5, false), segmenter, propagator);
        propagator.asked.clear();
        var published = answers(first, late, "red").get(0);
        assertTrue(published.isNothing());
        assertEquals(0, published.chosen().orElseThrow().frame());
        assertTrue(propagator.asked.isEmpty());
        assertTrue(published.masks().stream().allMatch(mask -> mask.areaPixels() == 0));
    }

    @Test
    void anInterruptionStopsBetweenFrames() {
        var findTrack = findTrack(KeyFrameChoice.BEST, 0.5, 0.5);
        Thread.currentThread().interrupt();
        var stopped = assertThrows(InterruptedException.class, () -> answers(findTrack, Squares.of(6), "red"));
        assertTrue(stopped.getMessage().contains("before candidate frame 0"), stopped.getMessage());
    }

    @Test
    void anInterruptionStopsWhileAMaskIsFollowed() {
        propagator.isInterrupting = true;
        var findTrack = findTrack(KeyFrameChoice.BEST, 0.5, 0.5);
        var stopped = assertThrows(InterruptedException.class, () -> answers(findTrack, Squares.of(6), "red"));
        assertTrue(stopped.getMessage().contains("while a mask was followed"), stopped.getMessage());
        assertFalse(Thread.currentThread().isInterrupted());
    }

    @Test
    void aRuleThatWeighsAlignmentNeedsWhatComputesIt() {
        var rule = new KeyFrameRule(KeyFrameChoice.BEST, 5, 0.5, 0.5, true);
        assertThrows(IllegalArgumentException.class, () -> FindTrack.of(rule, segmenter, propagator));
    }
}
