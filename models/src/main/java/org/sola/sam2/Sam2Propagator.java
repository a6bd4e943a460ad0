package org.sola.sam2;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.sola.mask.Mask;
import org.sola.propagation.EncodedVideo;
import org.sola.propagation.KeyFrame;
import org.sola.propagation.MaskPropagator;
import org.sola.video.Video;

/** Propagates masks by SAM 2: each object by itself, so that masks of several may overlap. */
public final class Sam2Propagator implements MaskPropagator {
    private final Sam2 model;
    private final VideoSettings settings;
    private final FeatureStore.Limits limits;

    private Sam2Propagator(Sam2 model, VideoSettings settings, FeatureStore.Limits limits) {
        this.model = model;
        this.settings = settings;
        this.limits = limits;
    }

    public static Sam2Propagator of(Sam2 model) {
        return of(model, VideoSettings.official(), FeatureStore.Limits.standard());
    }

    public static Sam2Propagator of(Sam2 model, VideoSettings settings, FeatureStore.Limits limits) {
        return new Sam2Propagator(model, settings, limits);
    }

    @Override
    public String name() {
        return model.config().name();
    }

    @Override
    public EncodedVideo open(Video video) throws IOException {
        var store = FeatureStore.encode(model, video, limits);
        return new Encoded(store, model.video().newManager(), video.height(), video.width());
    }

    /** A video's features with what to do with them. */
    private final class Encoded implements EncodedVideo {
        private final FeatureStore store;
        private final NDManager manager;
        private final int height;
        private final int width;

        Encoded(FeatureStore store, NDManager manager, int height, int width) {
            this.store = store;
            this.manager = manager;
            this.height = height;
            this.width = width;
        }

        @Override
        public int frameCount() {
            return store.frameCount();
        }

        @Override
        public int encoderCalls() {
            return store.encoderCalls();
        }

        @Override
        public void propagate(int keyFrame, List<Mask> masks, Sink sink) {
            KeyFrame.check(keyFrame, masks, frameCount(), height, width);
            var seeds = IntStream.range(0, masks.size())
                    .mapToObj(i -> new TrackPropagator.Seed(i, keyFrame, masks.get(i)))
                    .toList();
            TrackPropagator.of(model.video(), settings)
                    .propagate(
                            store,
                            seeds,
                            (frame, answers) ->
                                    sink.accept(frame, NativeMasks.of(manager, answers, height, width, false)));
        }

        /** Objects do not see each other, so all of them share one sweep each way. */
        @Override
        public void propagateEach(List<Start> starts, EachSink sink) {
            starts.forEach(
                    start -> KeyFrame.check(start.keyFrame(), List.of(start.mask()), frameCount(), height, width));
            var seeds = IntStream.range(0, starts.size())
                    .mapToObj(i -> new TrackPropagator.Seed(
                            i, starts.get(i).keyFrame(), starts.get(i).mask()))
                    .toList();
            TrackPropagator.of(model.video(), settings).propagate(store, seeds, (frame, answers) -> {
                var masks = NativeMasks.of(manager, answers, height, width, false);
                for (int i = 0; i < masks.size(); i++) {
                    sink.accept((int) answers.get(i).objectId(), frame, masks.get(i));
                }
            });
        }

        @Override
        public void close() {
            store.close();
            manager.close();
        }
    }
}
