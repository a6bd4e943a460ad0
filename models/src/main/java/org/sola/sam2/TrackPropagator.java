package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.ArrayList;
import java.util.List;
import org.sola.mask.Mask;

/**
 * Makes tracks of masks, as SOLA does: each mask is prompted on its frame, followed forward to the video's end, then in
 * reverse to its start. Objects do not interact, so any number of masks on any frames gives the same tracks as one after
 * the other; together they share each frame's features and go through the networks in batches.
 *
 * <p>Native memory depends on the number of masks, not of frames: a memory is freed when neither the forward nor the
 * reverse pass can ask for it again. The reverse pass reads memories that the forward pass left behind the prompted
 * frame, so those wait for it.
 */
public final class TrackPropagator {
    private final Sam2Video video;
    private final VideoSettings settings;
    private final TrackingStep step;

    private TrackPropagator(Sam2Video video, VideoSettings settings) {
        this.video = video;
        this.settings = settings;
        this.step = new TrackingStep(video, settings);
    }

    public static TrackPropagator of(Sam2Video video) {
        return of(video, VideoSettings.official());
    }

    /** @param settings of which those on corrections and overlap have no meaning here */
    public static TrackPropagator of(Sam2Video video, VideoSettings settings) {
        return new TrackPropagator(video, settings);
    }

    /**
     * Where a track starts.
     *
     * @param trackId the caller's name of the track
     * @param frame index of the prompted frame
     * @param mask the object there, at any size over the whole frame
     */
    public record Seed(long trackId, int frame, Mask mask) {}

    /** Takes the tracks as they grow. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Called with rising frames, then with falling ones; every track has exactly one answer on every frame, in one of
         * the two passes.
         *
         * @param answers of the tracks that reached the frame in this pass, in the order of their seeds
         */
        void accept(int frame, List<ObjectFrame> answers);
    }

    /** Follows all seeds through the whole video. */
    public void propagate(FrameFeatureSource frames, List<Seed> seeds, Sink sink) {
        int frameCount = frames.frameCount();
        for (var seed : seeds) {
            if (seed.frame() < 0 || seed.frame() >= frameCount) {
                throw new IllegalArgumentException("track " + seed.trackId() + " starts on frame " + seed.frame()
                        + ", the video has frames 0 to " + (frameCount - 1));
            }
        }
        if (seeds.isEmpty()) {
            return;
        }
        int first = seeds.stream().mapToInt(Seed::frame).min().orElseThrow();
        int last = seeds.stream().mapToInt(Seed::frame).max().orElseThrow();
        try (var run = new Run(frames, seeds, sink)) {
            for (int frame = first; frame < frameCount; frame++) {
                run.visit(frame, Direction.FORWARD);
            }
            for (int frame = last - 1; frame >= 0; frame--) {
                run.visit(frame, Direction.REVERSE);
            }
        }
    }

    /** The tracks of one call. */
    private final class Run implements AutoCloseable {
        private final FrameFeatureSource frames;
        private final List<Track> tracks;
        private final Sink sink;
        private final NDManager manager = video.newManager();

        /** A seed with its memories. */
        private record Track(Seed seed, MemoryBank bank) {}

        Run(FrameFeatureSource frames, List<Seed> seeds, Sink sink) {
            var rule = settings.rule(video.config());
            this.frames = frames;
            this.tracks = seeds.stream()
                    .map(seed -> new Track(seed, new MemoryBank(rule)))
                    .toList();
            this.sink = sink;
        }

        void visit(int frame, Direction direction) {
            var reached = tracks.stream()
                    .filter(track -> (frame - track.seed().frame()) * direction.step() > 0)
                    .toList();
            var starting = direction == Direction.FORWARD
                    ? tracks.stream()
                            .filter(track -> track.seed().frame() == frame)
                            .toList()
                    : List.<Track>of();
            var answers = new ObjectFrame[tracks.size()];
            try (var scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                var features = frames.at(frame);
                follow(reached, features, frame, direction, answers);
                for (int start = 0; start < starting.size(); start += settings.objectsPerBatch()) {
                    int end = Math.min(starting.size(), start + settings.objectsPerBatch());
                    prompt(starting.subList(start, end), features, frame, answers);
                }
            }
            reached.forEach(track -> forget(track, frame, direction));
            var present = new ArrayList<ObjectFrame>();
            for (var answer : answers) {
                if (answer != null) {
                    present.add(answer);
                }
            }
            sink.accept(frame, present);
        }

        private void follow(
                List<Track> reached, FrameFeatures features, int frame, Direction direction, ObjectFrame[] answers) {
            var banks = reached.stream().map(Track::bank).toList();
            var found = step.track(features, frame, direction, frames.frameCount(), banks);
            for (int i = 0; i < reached.size(); i++) {
                var track = reached.get(i);
                track.bank().putTracked(found.get(i).memory().keep(manager));
                var answer =
                        step.answer(track.seed().trackId(), frame, found.get(i).out());
                answers[tracks.indexOf(track)] = answer;
            }
        }

        private void prompt(List<Track> starting, FrameFeatures features, int frame, ObjectFrame[] answers) {
            var masks = new NDList();
            for (var track : starting) {
                var mask = track.seed().mask();
                var size = new PromptSize(
                        mask.height(), mask.width(), video.config().imageSize());
                masks.add(size.mask(manager, mask));
            }
            var out = video.head().mask(features, NDArrays.concat(masks));
            for (int i = 0; i < starting.size(); i++) {
                answers[tracks.indexOf(starting.get(i))] =
                        step.answer(starting.get(i).seed().trackId(), frame, TrackingStep.row(out, i));
            }
            // as in a session, from the answer as it is handed out, filled holes included
            var shown = starting.stream()
                    .map(track -> answers[tracks.indexOf(track)])
                    .toList();
            NDArray spatial = step.encode(features, NativeMasks.stack(manager, shown), out.score(), true);
            for (int i = 0; i < starting.size(); i++) {
                var memory = new FrameMemory(frame, TrackingStep.row(spatial, i), TrackingStep.row(out.pointer(), i));
                starting.get(i).bank().putConditioning(memory.keep(manager));
            }
        }

        /** Frees the memories that are out of reach of the frames to come, in this pass and the reverse one. */
        private void forget(Track track, int frame, Direction direction) {
            var rule = settings.rule(video.config());
            int prompted = track.seed().frame();
            track.bank()
                    .forget(
                            t -> isNeeded(t, frame, direction, prompted, rule.spatialReach()),
                            t -> isNeeded(t, frame, direction, prompted, rule.pointerReach()));
        }

        private static boolean isNeeded(int t, int frame, Direction direction, int prompted, int reach) {
            if (direction == Direction.REVERSE) {
                return t <= frame - 1 + reach;
            }
            boolean isBehindStart = prompted > 0 && t <= prompted - 1 + reach;
            return t >= frame + 1 - reach || isBehindStart;
        }

        @Override
        public void close() {
            tracks.forEach(track -> track.bank().close());
            manager.close();
        }
    }
}
