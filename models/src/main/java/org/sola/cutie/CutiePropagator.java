package org.sola.cutie;

import ai.djl.ndarray.NDScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sola.mask.Mask;
import org.sola.propagation.EncodedVideo;
import org.sola.propagation.KeyFrame;
import org.sola.propagation.MaskPropagator;
import org.sola.video.StoredFrames;
import org.sola.video.Video;
import org.sola.video.VideoException;

/**
 * Propagates masks by Cutie, as FindTrack does: forward from the key frame, then with a memory of its own back from it. Where
 * masks of the key frame overlap, a pixel is the later object's.
 */
public final class CutiePropagator implements MaskPropagator {
    private final Cutie cutie;
    private final CutieSettings settings;
    private final Limits limits;

    /**
     * How much of the frames' features is kept, so that further propagations need not encode them again: at base size 27
     * MB a frame of 480 x 864 pixels, twice that with mirrored frames.
     *
     * @param memoryBytes native memory at most
     * @param diskBytes bytes in a temporary file at most
     * @param spillFolder where temporary files go; the frames themselves take three bytes a pixel there
     */
    public record Limits(long memoryBytes, long diskBytes, Path spillFolder) {
        private static final long DEFAULT_MEMORY_BYTES = 256L << 20;
        private static final long DEFAULT_DISK_BYTES = 4L << 30;

        public Limits {
            if (memoryBytes < 0 || diskBytes < 0) {
                throw new IllegalArgumentException(
                        "memoryBytes and diskBytes are at least 0, not " + memoryBytes + " and " + diskBytes);
            }
        }

        /** So much memory, then 4 GiB on disk. */
        public Limits(long memoryBytes, Path spillFolder) {
            this(memoryBytes, DEFAULT_DISK_BYTES, spillFolder);
        }

        /** 256 MiB of memory, then 4 GiB in the system's folder for temporary files. */
        public static Limits standard() {
            return new Limits(DEFAULT_MEMORY_BYTES, DEFAULT_DISK_BYTES, Path.of(System.getProperty("java.io.tmpdir")));
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
        var frames = StoredFrames.read(video, limits.spillFolder());
        if (frames.count() == 0) {
            frames.close();
            throw new VideoException(Path.of(video.id()), "holds no frames");
        }
        return new Opened(new CutieFrames(cutie, size, frames, limits), video.height(), video.width());
    }

    /** A video's frames with what to do with them. */
    private final class Opened implements EncodedVideo {
        private final CutieFrames frames;
        private final int height;
        private final int width;

        Opened(CutieFrames frames, int height, int width) {
            this.frames = frames;
            this.height = height;
            this.width = width;
        }

        @Override
        public int frameCount() {
            return frames.count();
        }

        @Override
        public int encoderCalls() {
            return frames.encoderCalls();
        }

        @Override
        public void propagate(int keyFrame, List<Mask> masks, Sink sink) {
            KeyFrame.check(keyFrame, masks, frameCount(), height, width);
            var given = new ArrayList<ObjectMask>();
            for (var mask : masks) {
                given.add(new ObjectMask(given.size() + 1, mask));
            }
            int last = frameCount() - 1;
            // both ways begin with the key frame, which is encoded once
            try (var forward = cutie.open(settings, height, width);
                    var reverse = cutie.open(settings, height, width)) {
                try (var scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    var features = frames.at(keyFrame);
                    if (keyFrame > 0) {
                        reverse.step(features, given);
                    }
                    sink.accept(keyFrame, masks(forward.step(features, given, keyFrame == last)));
                }
                for (int frame = keyFrame + 1; frame <= last; frame++) {
                    sink.accept(frame, step(forward, frame, frame == last));
                }
                for (int frame = keyFrame - 1; frame >= 0; frame--) {
                    sink.accept(frame, step(reverse, frame, frame == 0));
                }
            }
        }

        private List<Mask> step(CutieSession session, int frame, boolean isLast) {
            try (var scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                return masks(session.step(frames.at(frame), List.of(), isLast));
            }
        }

        private static List<Mask> masks(Segmentation answer) {
            return answer.masks().stream().map(ObjectMask::mask).toList();
        }

        @Override
        public void close() {
            frames.close();
        }
    }
}
