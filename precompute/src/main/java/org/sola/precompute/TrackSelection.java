package org.sola.precompute;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.sola.mask.Mask;

/**
 * Chooses which prompts are propagated: hands out batches of open prompts and closes those whose object a finished track
 * already has (SOLA, {@code generate_tokens_grid.py} and {@code generate_tokens_gdino.py}).
 *
 * <p>Prompts of one batch are not compared with each other, so the size of a batch can change the outcome.
 */
public final class TrackSelection {
    private final TrackRule rule;
    private final int frames;
    private final List<TrackPrompt> prompts;
    private final Map<Integer, State> states = new HashMap<>();
    private final Map<Integer, Long> resizedAreas = new HashMap<>();

    /** What became of a prompt. */
    public enum State {
        OPEN,
        TRACKED,
        CLOSED,
        NOT_USED
    }

    /**
     * @param frames number of frames of the video
     * @param prompts by id, largest area first; of one expression for boxes
     */
    public TrackSelection(TrackRule rule, int frames, List<TrackPrompt> prompts) {
        this.rule = rule;
        this.frames = frames;
        this.prompts = List.copyOf(prompts);
        for (var prompt : prompts) {
            boolean used = prompt.frame() % rule.everyFrames() == 0 && prompt.stability() >= rule.minimumStability();
            states.put(prompt.id(), used ? State.OPEN : State.NOT_USED);
        }
    }

    /** The prompts to propagate next, all of one frame; empty when nothing is left to do. They count as tracked. */
    public List<TrackPrompt> nextBatch() {
        var batch = new ArrayList<TrackPrompt>();
        int tracked = count(State.TRACKED);
        if (tracked >= rule.maximumTracks()) {
            return List.of();
        }
        for (var prompt : prompts) {
            if (states.get(prompt.id()) != State.OPEN) {
                continue;
            }
            if (!batch.isEmpty() && batch.get(0).frame() != prompt.frame()) {
                if (rule.neighboursOnly()) {
                    break;
                }
                continue;
            }
            batch.add(prompt);
            states.put(prompt.id(), State.TRACKED);
            if (isFull(batch.size(), tracked)) {
                break;
            }
        }
        return List.copyOf(batch);
    }

    private boolean isFull(int size, int trackedBefore) {
        boolean isLong = frames > rule.longVideoFrames();
        if (rule.neighboursOnly()) { // here the original counts the batch twice and keeps the smaller of both sizes
            return size >= rule.batchSize()
                    || (isLong && size >= rule.longVideoBatchSize())
                    || trackedBefore + 2 * size >= rule.maximumTracks();
        }
        return size >= (isLong ? rule.longVideoBatchSize() : rule.batchSize())
                || trackedBefore + size >= rule.maximumTracks();
    }

    /** Closes every open prompt whose object the finished track has; {@code maskAt} gives the track's mask at a frame. */
    public void closeFoundBy(IntFunction<Mask> maskAt) {
        var resizedTrack = new HashMap<Integer, Mask>();
        for (var prompt : prompts) {
            if (states.get(prompt.id()) == State.OPEN) {
                var track = resizedTrack.computeIfAbsent(
                        prompt.frame(), frame -> rule.comparison().track(maskAt.apply(frame)));
                if (isSameObject(track, prompt)) {
                    states.put(prompt.id(), State.CLOSED);
                }
            }
        }
    }

    /** The IoU is at most the smaller area over the larger one, so most prompts need not be resized a second time. */
    private boolean isSameObject(Mask track, TrackPrompt prompt) {
        Long known = resizedAreas.get(prompt.id());
        if (known != null) {
            long trackArea = track.areaPixels();
            long larger = Math.max(known, trackArea);
            if (larger > 0 && (double) Math.min(known, trackArea) / larger <= rule.sameObjectIou()) {
                return false;
            }
        }
        var resized = rule.comparison().prompt(prompt.mask().decode());
        resizedAreas.put(prompt.id(), resized.areaPixels());
        return track.iou(resized) > rule.sameObjectIou();
    }

    /** How many prompts are in this state. */
    public int count(State state) {
        return (int) states.values().stream().filter(state::equals).count();
    }

    /** Ids of the prompts in this state, in order. */
    public List<Integer> ids(State state) {
        return prompts.stream()
                .map(TrackPrompt::id)
                .filter(id -> states.get(id) == state)
                .toList();
    }
}
