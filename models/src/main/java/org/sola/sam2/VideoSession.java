package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.sola.sam2.ObjectState.LabelledPoint;

/**
 * Objects prompted and followed through one video, with corrections at any time. Every object is tracked by itself, from
 * memories of its own. Not thread-safe; close it to free the memories.
 *
 * <pre>{@code
 * try (var session = predictor.open(features, height, width)) {
 *     session.add(1, 0, Prompt.point(120, 80));
 *     session.propagate(Direction.FORWARD).forEach(result -> show(result.frame(), result.masks()));
 * }
 * }</pre>
 */
public final class VideoSession implements AutoCloseable {
    /** Earlier logits that a click refines are limited to plus and minus this. */
    private static final float LARGEST_EARLIER_LOGIT = 32f;

    private final Sam2Video video;
    private final VideoSettings settings;
    private final TrackingStep step;
    private final FrameFeatureSource frames;
    private final int height;
    private final int width;
    private final TrackingWatcher watcher;
    private final NDManager manager;
    private final Map<Long, ObjectState> objects = new LinkedHashMap<>();

    VideoSession(
            Sam2Video video,
            VideoSettings settings,
            FrameFeatureSource frames,
            int height,
            int width,
            TrackingWatcher watcher) {
        this.video = video;
        this.settings = settings;
        this.step = new TrackingStep(video, settings);
        this.frames = frames;
        this.height = height;
        this.width = width;
        this.watcher = watcher;
        this.manager = video.newManager();
    }

    /** The objects prompted so far, in that order. */
    public List<Long> objectIds() {
        return List.copyOf(objects.keySet());
    }

    /**
     * Prompts an object on a frame, in place of earlier clicks there; the earlier answer on the frame is still refined. On
     * a frame that was tracked before, the prompt is a correction: the object's memories have their say.
     *
     * @return all objects on that frame
     */
    public FrameResult add(long objectId, int frame, Prompt prompt) {
        return prompt(objectId, frame, prompt, false);
    }

    /** Adds clicks to those that the object already has on the frame. */
    public FrameResult refine(long objectId, int frame, Prompt.PointPrompt clicks) {
        return prompt(objectId, frame, clicks, true);
    }

    private FrameResult prompt(long objectId, int frame, Prompt prompt, boolean keepsOld) {
        requireFrame(frame);
        var size = new PromptSize(height, width, video.config().imageSize());
        size.check(prompt, "frame " + frame);
        var object = objects.computeIfAbsent(objectId, id -> new ObjectState(id, settings.rule(video.config())));
        var direction = object.trackedIn(frame);
        direction.ifPresent(way -> requireKept(object, frame, way));
        boolean isConditioning = direction.isEmpty() || settings.correctionsCondition();
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var features = frames.at(frame);
            SamHead.Output out;
            if (prompt instanceof Prompt.MaskPrompt given) {
                object.setPoints(frame, List.of(), false);
                out = video.head().mask(features, size.mask(manager, given.mask()));
            } else {
                var points = object.setPoints(frame, size.points(prompt), keepsOld);
                var earlier = object.earlier(frame, isConditioning).map(this::earlierLogits);
                var embedding = direction
                        .map(way -> conditioned(object, features, frame, way))
                        .orElseGet(() -> video.withoutMemory(features));
                out = promptHead(features, embedding, points, earlier);
            }
            object.open(step.answer(object.id(), frame, out), isConditioning);
            return result(frame);
        }
    }

    private SamHead.Output promptHead(
            FrameFeatures features, NDArray embedding, List<LabelledPoint> points, Optional<NDArray> earlier) {
        var places = new float[2 * points.size()];
        var labels = new float[points.size()];
        for (int i = 0; i < labels.length; i++) {
            places[2 * i] = points.get(i).x();
            places[2 * i + 1] = points.get(i).y();
            labels[i] = points.get(i).label();
        }
        return video.head()
                .prompt(
                        features,
                        embedding,
                        manager.create(places, new Shape(1, labels.length, 2)),
                        manager.create(labels, new Shape(1, labels.length)),
                        earlier);
    }

    private NDArray earlierLogits(ObjectFrame earlier) {
        return NativeMasks.stack(manager, List.of(earlier)).clip(-LARGEST_EARLIER_LOGIT, LARGEST_EARLIER_LOGIT);
    }

    private NDArray conditioned(ObjectState object, FrameFeatures features, int frame, Direction way) {
        if (object.bank().isEmpty()) {
            throw new IllegalStateException("object " + object.id() + " has no prompted frame left to correct frame "
                    + frame + " from; prompt it on a frame that was not tracked, or reset the session");
        }
        var selection = object.bank().select(frame, way, frames.frameCount());
        var features1 = video.withMemory(video.prepare(features), video.memories(List.of(selection)));
        watcher.conditioned(object.id(), frame, features1);
        return features1;
    }

    /** Follows all objects from the earliest prompted frame to the video's end, or back to its start. */
    public Stream<FrameResult> propagate(Direction direction) {
        return propagate(direction, earliestPrompted(), frames.frameCount());
    }

    /** The first frame on which an object has prompts; propagation starts there. */
    public int earliestPrompted() {
        settle();
        return objects.values().stream()
                .flatMap(object -> object.bank().conditioningFrames().stream())
                .min(Integer::compare)
                .orElseThrow();
    }

    /**
     * Follows all objects from {@code start} on; each frame is computed when the stream comes to it.
     *
     * @param most how many frames to go beyond the first
     */
    public Stream<FrameResult> propagate(Direction direction, int start, int most) {
        requireFrame(start);
        settle();
        int end = direction == Direction.FORWARD
                ? (int) Math.min((long) start + most, frames.frameCount() - 1)
                : Math.max(start - most, 0);
        if (direction == Direction.REVERSE && start == 0) {
            return Stream.empty();
        }
        objects.values().forEach(object -> requireKept(object, start, direction));
        return IntStream.rangeClosed(0, Math.abs(end - start)).mapToObj(i -> {
            int frame = start + i * direction.step();
            var result = track(frame, direction);
            if (!settings.keepsAllFrames()) {
                letGo(frame, start);
            }
            return result;
        });
    }

    /** Keeps what is near the pass and near its start, where one the other way goes on. */
    private void letGo(int frame, int start) {
        var rule = settings.rule(video.config());
        objects.values()
                .forEach(object -> object.letGo(
                        t -> isNear(t, frame, start, rule.spatialReach()),
                        t -> isNear(t, frame, start, rule.pointerReach())));
    }

    private static boolean isNear(int t, int frame, int start, int reach) {
        return Math.abs(t - frame) <= reach || Math.abs(t - start) <= reach;
    }

    private static void requireKept(ObjectState object, int frame, Direction direction) {
        if (object.bank().lacks(frame, direction)) {
            throw new IllegalStateException("memories of object " + object.id() + " that frame " + frame
                    + " needs were let go; start where the last pass started, or keep all frames"
                    + " (VideoSettings.withAllFramesKept)");
        }
    }

    private FrameResult track(int frame, Direction direction) {
        var open = objects.values().stream()
                .filter(object -> !object.bank().isConditioning(frame))
                .toList();
        if (!open.isEmpty()) {
            try (var scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                var banks = open.stream().map(ObjectState::bank).toList();
                var answers = step.track(frames.at(frame), frame, direction, frames.frameCount(), banks);
                for (int i = 0; i < answers.size(); i++) {
                    var object = open.get(i);
                    var answer = answers.get(i);
                    watcher.conditioned(object.id(), frame, answer.conditioned());
                    object.putAnswer(step.answer(object.id(), frame, answer.out()));
                    object.bank().putTracked(answer.memory().keep(manager));
                }
            }
        }
        objects.values().forEach(object -> object.markTracked(frame, direction));
        return result(frame);
    }

    /** Encodes the memories of what was prompted since the last propagation. */
    private void settle() {
        if (objects.isEmpty()) {
            throw new IllegalStateException("no object was prompted; add a prompt before propagating");
        }
        for (var object : objects.values()) {
            if (!object.hasPrompts()) {
                throw new IllegalStateException("object " + object.id()
                        + " has no prompted frame left; prompt it again or remove it before propagating");
            }
            object.settle(this::promptedMemory);
        }
    }

    private FrameMemory promptedMemory(ObjectFrame answer) {
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var lowRes = NativeMasks.stack(manager, List.of(answer));
            var score = manager.create(new float[] {answer.score()}, new Shape(1, 1));
            var spatial = step.encode(frames.at(answer.frame()), lowRes, score, true);
            var pointer = manager.create(answer.pointer(), new Shape(1, answer.pointer().length));
            return new FrameMemory(answer.frame(), spatial, pointer).keep(manager);
        }
    }

    /** All objects on a frame as they stand; none of them where answers were let go. */
    public FrameResult result(int frame) {
        requireFrame(frame);
        var answers = new ArrayList<ObjectFrame>();
        objects.values().forEach(object -> object.answer(frame).ifPresent(answers::add));
        return new FrameResult(
                frame, answers, NativeMasks.of(manager, answers, height, width, settings.nonOverlapping()));
    }

    /** Whether the object's answer on the frame counts as prompted rather than tracked. */
    public boolean isConditioning(long objectId, int frame) {
        return object(objectId).bank().isConditioning(frame);
    }

    /** The memory that the object's answer on a frame left, once propagation began; the session owns it. */
    public Optional<FrameMemory> memory(long objectId, int frame) {
        return object(objectId).bank().at(frame);
    }

    /** Takes an object's prompts on a frame back; what was tracked stays as it is. */
    public FrameResult clearPrompts(long objectId, int frame) {
        requireFrame(frame);
        object(objectId).clearPrompts(frame);
        return result(frame);
    }

    /** Forgets an object. */
    public void remove(long objectId) {
        object(objectId).close();
        objects.remove(objectId);
    }

    /** Forgets all objects; the video stays open. */
    public void reset() {
        objects.values().forEach(ObjectState::close);
        objects.clear();
    }

    private ObjectState object(long objectId) {
        var object = objects.get(objectId);
        if (object == null) {
            throw new IllegalArgumentException("there is no object " + objectId + "; known are " + objects.keySet());
        }
        return object;
    }

    private void requireFrame(int frame) {
        if (frame < 0 || frame >= frames.frameCount()) {
            throw new IllegalArgumentException(
                    "there is no frame " + frame + "; the video has frames 0 to " + (frames.frameCount() - 1));
        }
    }

    @Override
    public void close() {
        reset();
        manager.close();
    }
}
