package org.sola.sam2;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/** What a session knows of one object: its prompts, answers and memories. */
final class ObjectState implements AutoCloseable {
    private final long id;
    private final MemoryBank bank;
    private final Map<Integer, ObjectFrame> answers = new HashMap<>();
    private final Map<Integer, List<LabelledPoint>> points = new HashMap<>();
    private final Map<Integer, Direction> trackedIn = new HashMap<>();
    // answers to prompts, whose memories are encoded when propagation starts
    private final Map<Integer, ObjectFrame> openConditioning = new LinkedHashMap<>();
    private final Map<Integer, ObjectFrame> openCorrections = new LinkedHashMap<>();

    /** A point in pixels of the network input with its {@link PromptEncoder} label. */
    record LabelledPoint(float x, float y, int label) {}

    ObjectState(long id, MemoryBank.Rule rule) {
        this.id = id;
        this.bank = new MemoryBank(rule);
    }

    long id() {
        return id;
    }

    MemoryBank bank() {
        return bank;
    }

    /** Which way the frame was tracked last, if it was. */
    Optional<Direction> trackedIn(int frame) {
        return Optional.ofNullable(trackedIn.get(frame));
    }

    void markTracked(int frame, Direction direction) {
        trackedIn.put(frame, direction);
    }

    /** The frame's points, the new ones last; a mask prompt passes none and forgets the old ones. */
    List<LabelledPoint> setPoints(int frame, List<LabelledPoint> added, boolean keepsOld) {
        var all = new ArrayList<LabelledPoint>();
        if (keepsOld) {
            all.addAll(points.getOrDefault(frame, List.of()));
        }
        all.addAll(added);
        points.put(frame, List.copyOf(all));
        return List.copyOf(all);
    }

    /** The answer that a new prompt of this kind refines. */
    Optional<ObjectFrame> earlier(int frame, boolean isConditioning) {
        var open = (isConditioning ? openConditioning : openCorrections).get(frame);
        return Optional.ofNullable(open != null ? open : answers.get(frame));
    }

    void open(ObjectFrame answer, boolean isConditioning) {
        (isConditioning ? openConditioning : openCorrections).put(answer.frame(), answer);
    }

    /** The newest answer on a frame, open or not. */
    Optional<ObjectFrame> answer(int frame) {
        var open = openConditioning.getOrDefault(frame, openCorrections.get(frame));
        return Optional.ofNullable(open != null ? open : answers.get(frame));
    }

    void putAnswer(ObjectFrame answer) {
        answers.put(answer.frame(), answer);
    }

    /** Frees what these frames left and nobody will ask for again; what was prompted stays. */
    void letGo(IntPredicate needsSpatial, IntPredicate needsPointer) {
        bank.forget(needsSpatial, needsPointer);
        answers.keySet().removeIf(frame -> !needsSpatial.test(frame) && !bank.isConditioning(frame));
    }

    boolean hasPrompts() {
        return !bank.isEmpty() || !openConditioning.isEmpty();
    }

    /** What {@link #settle} is told about each open answer. */
    interface Settler {
        FrameMemory memory(ObjectFrame answer);
    }

    /** Makes memories of the open answers, corrections first; a conditioning frame is not overwritten by a correction. */
    void settle(Settler settler) {
        openCorrections.forEach((frame, answer) -> {
            if (!bank.isConditioning(frame) && !openConditioning.containsKey(frame)) {
                answers.put(frame, answer);
                bank.putTracked(settler.memory(answer));
            }
        });
        openConditioning.forEach((frame, answer) -> {
            answers.put(frame, answer);
            bank.putConditioning(settler.memory(answer));
        });
        openCorrections.clear();
        openConditioning.clear();
    }

    /** Forgets the frame's prompts; what they led to becomes an ordinary memory. */
    void clearPrompts(int frame) {
        points.remove(frame);
        openConditioning.remove(frame);
        openCorrections.remove(frame);
        if (bank.isConditioning(frame)) {
            bank.demote(frame);
            trackedIn.remove(frame);
        }
    }

    @Override
    public void close() {
        bank.close();
    }
}
