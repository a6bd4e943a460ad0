package org.sola.findtrack;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sola.mask.Rle;
import org.sola.precompute.FrameInputs;
import org.sola.sam2.FeatureStore;
import org.sola.sam2.NativeMasks;
import org.sola.sam2.Sam2;
import org.sola.sam2.TrackPropagator;
import org.sola.video.Video;

/**
 * Propagation by SAM 2 in place of Cutie. All key frames of a video are followed in one sweep forward and one back, in
 * batches; objects do not see each other.
 */
public final class Sam2Propagator implements MaskPropagator {
    /** Frame features held in memory; the others are read back from a file, which costs little beside what is done with them. */
    private static final long FEATURE_BYTES = 32L << 20;

    private final Sam2 network;
    private final NDManager manager;
    private final TrackPropagator propagator;

    private Sam2Propagator(Sam2 network, NDManager manager) {
        this.network = network;
        this.manager = manager;
        this.propagator = TrackPropagator.of(network.video());
    }

    /**
     * A propagator that owns its network.
     *
     * @param manager owns the weights
     */
    public static Sam2Propagator of(Sam2 network, NDManager manager) {
        return new Sam2Propagator(network, manager);
    }

    @Override
    public String name() {
        return network.config().name();
    }

    @Override
    public OpenVideo open(Video video, Path spill) throws IOException {
        long start = System.nanoTime();
        FeatureStore store;
        try (var frames = video.frames();
                var inputs = manager.newSubManager()) {
            var images = new FrameInputs(frames, inputs, network.config().imageSize(), (index, image) -> {});
            var limits = new FeatureStore.Limits(FEATURE_BYTES, spill, 1);
            store = FeatureStore.encode(inputs, images, network.image().imageEncoder()::forward, limits);
        }
        return new Encoded(store, video.height(), video.width(), (System.nanoTime() - start) / 1e9);
    }

    private final class Encoded implements OpenVideo {
        private final FeatureStore store;
        private final int height;
        private final int width;
        private final double seconds;

        Encoded(FeatureStore store, int height, int width, double seconds) {
            this.store = store;
            this.height = height;
            this.width = width;
            this.seconds = seconds;
        }

        @Override
        public List<List<Rle>> propagate(List<KeyFrame> keyFrames, Runnable progress) throws InterruptedException {
            var seeds = new ArrayList<TrackPropagator.Seed>();
            var masks = new ArrayList<Rle[]>();
            for (var key : keyFrames) {
                seeds.add(new TrackPropagator.Seed(
                        seeds.size(), key.frame(), key.mask().decode()));
                masks.add(new Rle[store.frameCount()]);
            }
            try {
                propagator.propagate(store, seeds, (frame, answers) -> {
                    if (Thread.currentThread().isInterrupted()) {
                        throw new Stopped();
                    }
                    var found = NativeMasks.of(manager, answers, height, width, false);
                    for (int i = 0; i < found.size(); i++) {
                        masks.get((int) answers.get(i).objectId())[frame] = Rle.encode(found.get(i));
                    }
                    progress.run();
                });
            } catch (Stopped e) {
                FindTrack.requireNotInterrupted("while a mask was followed");
            }
            return masks.stream().map(Arrays::asList).toList();
        }

        @Override
        public long encoderCalls() {
            return store.encoderCalls();
        }

        @Override
        public double encoderSeconds() {
            return seconds;
        }

        @Override
        public void close() {
            store.close();
        }
    }

    /** Leaves the sweep when the thread was interrupted. */
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;

        Stopped() {
            super("interrupted", null, false, false);
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
