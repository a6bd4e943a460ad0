package org.sola.sam2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.sola.image.RgbImage;
import org.sola.mask.Mask;
import org.sola.sam2.TrackPropagator.Seed;
import org.sola.tensor.Precision;
import org.sola.tensor.Weights;

/** A thousand frames through every network, encoder included, in one process: native memory stays what it was. */
class LongVideoTest {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int FRAMES = 1000;

    @Test
    void aThousandSmallFramesLeaveNothingBehind() throws Exception {
        follow(Sam2VideoTest.nano().withImageSize(64), Precision.FLOAT32);
    }

    @Test
    @Tag("large")
    void norDoTheyInBfloat16() throws Exception {
        Precision.BFLOAT16.refusal(ai.djl.Device.cpu()).ifPresent(why -> Assumptions.abort(why));
        follow(Sam2VideoTest.nano().withImageSize(64), Precision.BFLOAT16);
    }

    @Test
    @Tag("large")
    void aThousandFramesOfTheNanoSizeLeaveNothingBehind() throws Exception {
        follow(Sam2VideoTest.nano(), Precision.FLOAT32);
    }

    private static void follow(Sam2Config config, Precision precision) throws Exception {
        Assumptions.assumeTrue(Files.isReadable(STATUS), "resident memory is read from " + STATUS);
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var model = Sam2.of(config, Weights.initialise(3, manager).withPrecision(precision));
            var image = ImageInput.normalised(manager, RgbImage.black(config.imageSize(), config.imageSize()));
            var frames = new FrameFeatureSource() {
                @Override
                public int frameCount() {
                    return FRAMES;
                }

                @Override
                public FrameFeatures at(int frame) {
                    return model.image().imageEncoder().forward(image); // freed by the propagator's scope
                }
            };
            var resident = new TreeMap<Integer, Long>();
            var arrays = new TreeMap<Integer, Integer>();
            var seeds = List.of(new Seed(1, 0, square(10, 10)), new Seed(2, 0, square(40, 20)));
            TrackPropagator.of(model.video()).propagate(frames, seeds, (frame, answers) -> {
                if (frame % 100 == 99) {
                    arrays.put(frame, manager.getManagedArrays().size());
                    resident.put(frame, residentBytes());
                }
            });
            assertEquals(FRAMES / 100, resident.size());
            assertEquals(arrays.get(99), arrays.get(FRAMES - 1), "arrays at these frames: " + arrays);
            assertTrue(
                    resident.get(FRAMES - 1) < 1.1 * resident.get(199), "resident bytes at these frames: " + resident);
        }
    }

    private static Mask square(int left, int top) {
        return Mask.of(48, 80, (y, x) -> y >= top && y < top + 20 && x >= left && x < left + 24);
    }

    private static long residentBytes() {
        try (var lines = Files.lines(STATUS)) {
            String line = lines.filter(l -> l.startsWith("VmRSS:")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
