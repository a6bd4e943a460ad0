package org.sola.precompute;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sola.image.Corruption;
import org.sola.sam2.FeatureStore;
import org.sola.sam2.Sam2;
import org.sola.sam2.TrackPropagator;
import org.sola.tensor.Precision;
import org.sola.video.CorruptedVideo;
import org.sola.video.Video;
import org.sola.video.VideoException;

/**
 * Tracks the objects of a video with SAM 2: every frame is read and encoded once; prompts are found on the encoded
 * frames; all tracks, forward and in reverse, are propagated from the same features.
 *
 * <p>Native memory is bounded whatever the video's length: features beyond the limit go to a temporary file, and what
 * grows with the video is its tracks' run lengths and tokens only. Not for several threads at a time.
 */
public final class Sam2VideoTracker implements VideoTracker {
    /** Frame features held in memory; small, since reading the others back costs little beside what is done with them. */
    public static final long DEFAULT_FEATURE_BYTES = 32L << 20;

    private final Sam2 model;
    private final NDManager manager;
    private final PrecomputeRecipe recipe;
    private final Fingerprint fingerprint;
    private final FeatureStore.Limits limits;
    private final GridPrompter gridPrompter;
    private final TrackPropagator propagator;
    private final boolean usesGrid;
    private final boolean usesTruth;
    private final Optional<BoxSource> boxes;
    private final Optional<Corruption> corruption;

    private Sam2VideoTracker(Builder builder) {
        model = builder.model;
        manager = model.image().noMemEmbed().getManager();
        recipe = builder.recipe;
        corruption = builder.corruption;
        fingerprint = Fingerprint.of(model.config().name(), builder.weightsSha256, recipe)
                .with("boxSource.", builder.boxes.map(BoxSource::settings).orElse(Map.of()))
                .with("", precision(model))
                .with(
                        "",
                        corruption
                                .map(each -> Map.of(Fingerprint.CORRUPTION, each.toString()))
                                .orElse(Map.of()));
        limits = builder.limits;
        gridPrompter = new GridPrompter(model.image(), recipe.grid());
        propagator = TrackPropagator.of(model.video());
        usesGrid = builder.usesGrid;
        usesTruth = builder.usesTruth;
        boxes = builder.boxes;
    }

    /** Said only where it is not the usual one, so that caches of before stay what they are. */
    private static Map<String, String> precision(Sam2 model) {
        return model.precision() == Precision.FLOAT32
                ? Map.of()
                : Map.of("precision", model.precision().name().toLowerCase(Locale.ROOT));
    }

    /** A tracker of grid prompts, with the standard limits. */
    public static Builder builder(Sam2 model, String weightsSha256, PrecomputeRecipe recipe) {
        return new Builder(model, weightsSha256, recipe);
    }

    /** What a tracker needs and may have. */
    public static final class Builder {
        private final Sam2 model;
        private final String weightsSha256;
        private final PrecomputeRecipe recipe;
        private FeatureStore.Limits limits =
                new FeatureStore.Limits(DEFAULT_FEATURE_BYTES, Path.of(System.getProperty("java.io.tmpdir")), 1);
        private boolean usesGrid = true;
        private boolean usesTruth;
        private Optional<BoxSource> boxes = Optional.empty();
        private Optional<Corruption> corruption = Optional.empty();

        private Builder(Sam2 model, String weightsSha256, PrecomputeRecipe recipe) {
            this.model = model;
            this.weightsSha256 = weightsSha256;
            this.recipe = recipe;
        }

        /** Where frame features go, and how much memory they may take. */
        public Builder limits(long memoryBytes, Path spillFolder) {
            limits = new FeatureStore.Limits(memoryBytes, spillFolder, 1);
            return this;
        }

        /** Where frame features go beyond the standard memory; the system's folder for temporary files else. */
        public Builder spillInto(Path folder) {
            return limits(limits.memoryBytes(), folder);
        }

        /** Adds the annotated objects as prompts, for training. */
        public Builder withTruth(boolean wanted) {
            usesTruth = wanted;
            return this;
        }

        /** Leaves the grid out, for boxes alone. */
        public Builder withGrid(boolean wanted) {
            usesGrid = wanted;
            return this;
        }

        /** Adds a detector's boxes as prompts. */
        public Builder withBoxes(BoxSource source) {
            boxes = Optional.of(source);
            return this;
        }

        /** Corrupts every frame before anything is done with it; what annotated masks say stays. */
        public Builder withCorruption(Optional<Corruption> wanted) {
            corruption = wanted;
            return this;
        }

        public Sam2VideoTracker build() {
            if (!usesGrid && !usesTruth && boxes.isEmpty()) {
                throw new IllegalArgumentException("a tracker needs prompts: a grid, boxes or annotated objects");
            }
            return new Sam2VideoTracker(this);
        }
    }

    @Override
    public Fingerprint fingerprint() {
        return fingerprint;
    }

    @Override
    public String promptSources() {
        var sources = new java.util.StringJoiner(",");
        if (usesTruth) {
            sources.add(Track.TRUTH);
        }
        if (usesGrid) {
            sources.add(Track.GRID);
        }
        if (boxes.isPresent()) {
            sources.add(Track.BOX);
        }
        return sources.toString();
    }

    @Override
    public String stamp(VideoSource video) throws IOException {
        String own = boxes.map(source -> source.stamp(video)).orElse("");
        return own.isEmpty() ? video.stamp() : video.stamp() + ", " + own;
    }

    @Override
    public List<String> remarks(VideoSource video) {
        return boxes.map(source -> source.remarks(video)).orElse(List.of());
    }

    @Override
    public TrackedVideo track(VideoSource source, TrackingProgress progress) throws IOException {
        long start = System.nanoTime();
        var clean = source.open();
        var video = corruption
                .<Video>map(each -> new CorruptedVideo(clean, source.id(), each))
                .orElse(clean);
        var found = new BoxPrompts(model.image(), recipe.boxes(), boxes.map(factory -> factory.forVideo(source)));
        FeatureStore store;
        try (var frames = video.frames();
                var inputs = manager.newSubManager()) {
            var watched = new FrameInputs(frames, inputs, model.config().imageSize(), (index, image) -> {
                progress.step(TrackingProgress.Stage.ENCODE, index, 0);
                found.look(index, image);
            });
            store = FeatureStore.encode(inputs, watched, model.image().imageEncoder()::forward, limits);
        }
        try (store) {
            double encodeSeconds = Precompute.secondsSince(start) - found.seconds();
            if (store.frameCount() == 0) {
                throw new VideoException(Path.of(source.id()), "holds no frames");
            }
            var run = new TrackingRun(model, propagator, store, video.height(), video.width(), progress);
            long promptStart = System.nanoTime();
            var truth = usesTruth ? run.truthPrompts(source) : List.<TrackPrompt>of();
            var grid = usesGrid ? run.gridPrompts(gridPrompter, recipe.grid()) : List.<TrackPrompt>of();
            double promptSeconds = Precompute.secondsSince(promptStart);
            var boxed = found.prompts(store, video.height(), video.width());
            long propagateStart = System.nanoTime();
            run.trackAll(truth, recipe.gridTracks().batchSize());
            var gridTracks = run.trackChosen(grid, recipe.gridTracks(), List.of());
            for (var expression :
                    boxed.stream().map(TrackPrompt::expression).distinct().toList()) {
                var own = boxed.stream()
                        .filter(prompt -> prompt.expression().equals(expression))
                        .toList();
                // what serves every expression need not be tracked twice; what one expression names is its own track
                run.trackChosen(own, recipe.boxTracks(), expression.isEmpty() ? gridTracks : List.of());
            }
            double propagateSeconds = Precompute.secondsSince(propagateStart);
            var tracks = run.result(source.id(), source.frameNames(store.frameCount()));
            var cost = new TrackedVideo.Cost(
                    Precompute.secondsSince(start), encodeSeconds, promptSeconds, found.seconds(), propagateSeconds);
            return new TrackedVideo(tracks, truth.size() + grid.size() + boxed.size(), store.encoderCalls(), cost);
        }
    }
}
