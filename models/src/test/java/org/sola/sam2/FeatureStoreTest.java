package org.sola.sam2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureStoreTest {
    private static final long FRAME_BYTES = (4 * 8 * 8 + 8 * 4 * 4 + 16 * 2 * 2) * 4L;

    @TempDir
    private Path folder;

    private static Iterator<NDArray> images(NDManager manager, int frames) {
        return IntStream.range(0, frames)
                .mapToObj(t -> Sam2VideoTest.formula(manager, "image" + t, 1, 1, 3, 8, 8))
                .iterator();
    }

    /** Stands for an encoder: maps that tell frames apart. */
    private static FrameFeatures encode(NDArray images) {
        long b = images.getShape().get(0);
        var mean = images.reshape(b, -1).mean(new int[] {1}).reshape(b, 1, 1, 1);
        var manager = images.getManager();
        return new FrameFeatures(
                manager.ones(new Shape(b, 4, 8, 8)).mul(mean),
                manager.ones(new Shape(b, 8, 4, 4)).mul(mean.add(1)),
                manager.arange(64f).reshape(1, 16, 2, 2).add(mean));
    }

    private FeatureStore store(NDManager manager, int frames, long memoryBytes, int framesPerCall) throws Exception {
        return FeatureStore.encode(
                manager,
                images(manager, frames),
                FeatureStoreTest::encode,
                new FeatureStore.Limits(memoryBytes, folder, framesPerCall));
    }

    @Test
    void framesBeyondTheBoundComeBackFromTheFileUnchanged() throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var all = store(manager, 7, 100 * FRAME_BYTES, 1);
                var some = store(manager, 7, 3 * FRAME_BYTES, 1);
                var none = store(manager, 7, 0, 2)) {
            assertEquals(0, all.spilledFrames());
            assertEquals(4, some.spilledFrames());
            assertEquals(3 * FRAME_BYTES, some.heldBytes());
            assertEquals(7, none.spilledFrames());
            assertEquals(7, some.encoderCalls());
            assertEquals(4, none.encoderCalls());
            for (int frame : new int[] {0, 6, 3, 2, 5, 5, 1, 4}) {
                for (var other : new FeatureStore[] {some, none}) {
                    assertArrayEquals(values(all.at(frame)), values(other.at(frame)));
                }
            }
        }
    }

    private static float[] values(FrameFeatures features) {
        return features.s0()
                .reshape(-1)
                .concat(features.s1().reshape(-1))
                .concat(features.s2().reshape(-1))
                .toFloatArray();
    }

    @Test
    void featuresOutliveTheScopeTheyWereAskedForIn() throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var store = store(manager, 2, FRAME_BYTES, 1)) {
            for (int frame = 0; frame < 2; frame++) {
                FrameFeatures features;
                try (var scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    features = store.at(frame);
                }
                assertEquals(256, features.s0().size());
                assertEquals(256, features.s0().toFloatArray().length);
            }
        }
    }

    @Test
    void theTemporaryFileIsGoneAfterwards() throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            try (var store = store(manager, 3, 0, 1)) {
                assertEquals(3, store.frameCount());
            }
            try (var left = Files.list(folder)) {
                assertEquals(0, left.count());
            }
        }
    }

    @Test
    void aFailingEncoderLeavesNothingBehind() throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var limits = new FeatureStore.Limits(0, folder, 1);
            int[] calls = {0};
            assertThrows(
                    IllegalStateException.class,
                    () -> FeatureStore.encode(
                            manager,
                            images(manager, 3),
                            image -> {
                                if (calls[0]++ == 1) {
                                    throw new IllegalStateException("the second frame cannot be encoded");
                                }
                                return encode(image);
                            },
                            limits));
            try (var left = Files.list(folder)) {
                assertEquals(0, left.count());
            }
        }
    }

    @Test
    void framesOutsideTheVideoAreRefused() throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var store = store(manager, 2, 1 << 20, 1)) {
            assertThrows(IllegalArgumentException.class, () -> store.at(2));
            assertThrows(IllegalArgumentException.class, () -> store.at(-1));
        }
    }
}
