package org.sola.cutie;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sola.mask.Mask;
import org.sola.propagation.EncodedVideo;
import org.sola.propagation.KeyFrame;
import org.sola.propagation.MaskPropagator;
import org.sola.tensor.ArrayStore;
import org.sola.video.Video;
import org.sola.video.VideoException;

/**
 * Propagates masks by Cutie, as FindTrack does: forward from the key frame, then with fresh memory back from it. Where
 * masks of the key frame overlap, a pixel is the later object's.
 */
public final class CutiePropagator implements MaskPropagator {
    private final Cutie cutie;
    private final CutieSettings settings;
    private final Limits limits;

    /**
     * How frame features are kept: about 22 MB a frame of 480 x 864 pixels at base size, twice that with mirrored frames.
     *
     * @param memoryBytes native memory for features at most
     * @param spillFolder where the others go, in a temporary file
     */
    public record Limits(long memoryBytes, Path spillFolder) {
        private static final long DEFAULT_MEMORY_BYTES = 256L << 20;

        /** 256 MiB, then the system's folder for temporary files. */
        public static Limits standard() {
            return new Limits(DEFAULT_MEMORY_BYTES, Path.of(System.getProperty("java.io.tmpdir")));
        }
    }

    private CutiePropagator(Cutie cutie, CutieSettings settings, Limits limits) {
        this.cutie = cutie;
        this.settings = settings;
        this.limits = limits;
    }

    public static CutiePropagator of(Cutie cutie, CutieSettings settings) {
        return of(cutie, settings, Limits.standard());
    }

    public static CutiePropagator of(Cutie cutie, CutieSettings settings, Limits limits) {
        return new CutiePropagator(cutie, settings, limits);
    }

    @Override
    public String name() {
        return cutie.config().name();
    }

    @Override
    public EncodedVideo open(Video video) throws IOException {
        var size = FrameSize.of(video.height(), video.width(), settings);
        try (var manager = cutie.newManager()) {
            var store = new ArrayStore(manager.getDevice(), limits.memoryBytes(), limits.spillFolder());
            try (var frames = video.frames()) {
                while (frames.hasNext()) {
                    try (var scope = new NDScope()) {
                        scope.suppressNotUsedWarning();
                        store.add(stored(cutie.encode(size.network(manager, frames.next()))));
                    }
                }
                if (store.size() == 0) {
                    throw new VideoException(Path.of(video.id()), "holds no frames");
                }
                return new Encoded(store, video.height(), video.width());
            } catch (IOException | RuntimeException e) {
                store.close();
                throw e;
            }
        }
    }

    /** Maps as they lie in memory, channels last, so that a file keeps the order too. */
    private static NDList stored(CutieFeatures features) {
        return new NDList(
                features.arrays().stream().map(map -> map.transpose(0, 2, 3, 1)).toArray(NDArray[]::new));
    }

    /** A video's features with what to do with them. */
    private final class Encoded implements EncodedVideo {
        private final ArrayStore store;
        private final int height;
        private final int width;

        Encoded(ArrayStore store, int height, int width) {
            this.store = store;
            this.height = height;
            this.width = width;
        }

        @Override
        public int frameCount() {
            return store.size();
        }

        @Override
        public int encoderCalls() {
            return store.size();
        }

        @Override
        public void propagate(int keyFrame, List<Mask> masks, Sink sink) {
            KeyFrame.check(keyFrame, masks, frameCount(), height, width);
            var given = new ArrayList<ObjectMask>();
            for (var mask : masks) {
                given.add(new ObjectMask(given.size() + 1, mask));
            }
            try (var session = cutie.open(settings, height, width)) {
                int last = frameCount() - 1;
                for (int frame = keyFrame; frame <= last; frame++) {
                    sink.accept(frame, step(session, frame, frame == keyFrame ? given : List.of(), frame == last));
                }
                if (keyFrame > 0) {
                    session.clear();
                    step(session, keyFrame, given, false);
                }
                for (int frame = keyFrame - 1; frame >= 0; frame--) {
                    sink.accept(frame, step(session, frame, List.of(), frame == 0));
                }
            }
        }

        private List<Mask> step(CutieSession session, int frame, List<ObjectMask> given, boolean isLast) {
            try (var scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                var maps = new NDList(store.at(frame).stream()
                        .map(rows -> rows.transpose(0, 3, 1, 2))
                        .toArray(NDArray[]::new));
                return session.step(CutieFeatures.of(maps), given, isLast).masks().stream()
                        .map(ObjectMask::mask)
                        .toList();
            }
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
