package org.sola.train.sam2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClipSamplerTest {
    private static final int FRAMES = 6;

    @Test
    void aHiddenClipLosesAPromptedObjectAndFindsItAgain() {
        var sampler = new ClipSampler(128, 3, 1);
        for (long seed = 0; seed < 4; seed++) {
            var clip = sampler.sample(FRAMES, new SplittableRandom(seed));
            assertEquals(FRAMES, clip.frames().size());
            assertTrue(clip.isPresent(0, 0), "the first object is seen where it is prompted");
            int gone = IntStream.range(0, FRAMES)
                    .filter(t -> !clip.isPresent(0, t))
                    .findFirst()
                    .orElseThrow();
            assertTrue(
                    IntStream.range(gone, FRAMES).anyMatch(t -> clip.isPresent(0, t)), "seed " + seed + ": comes back");
        }
    }

    @Test
    void everyPromptedObjectCanBeSeenInTheFirstFrame() {
        var sampler = new ClipSampler(128, 4, 0);
        for (long seed = 0; seed < 8; seed++) {
            var clip = sampler.sample(2, new SplittableRandom(seed));
            for (int o = 0; o < clip.objects().size(); o++) {
                assertTrue(clip.isPresent(o, 0), "seed " + seed);
            }
        }
    }
}
