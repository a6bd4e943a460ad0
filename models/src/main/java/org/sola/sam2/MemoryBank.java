package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * The memories of objects with a common history (one object, when tracking), and the official rule which of them a frame
 * sees (SAM 2, {@code _prepare_memory_conditioned_features}). It owns what is put into it. Not thread-safe.
 */
public final class MemoryBank implements AutoCloseable {
    private final Map<Integer, FrameMemory> conditioning = new LinkedHashMap<>(); // in the order of prompting
    private final Map<Integer, FrameMemory> tracked = new HashMap<>();
    private final Map<Integer, NDArray> faded = new HashMap<>(); // pointers of frames whose spatial memory was dropped
    private final BitSet spatialGone = new BitSet(); // frames whose memory was there and was dropped
    private final BitSet pointerGone = new BitSet();
    private final Rule rule;

    /**
     * Settings of the rule.
     *
     * @param memoryFrames spatial memories of tracked frames, plus one
     * @param maxObjectPointers pointers at most
     * @param stride every how many frames a memory is taken, the last frame apart
     * @param maxConditioningFrames prompted frames at most, from 2; {@link Integer#MAX_VALUE} officially
     */
    public record Rule(int memoryFrames, int maxObjectPointers, int stride, int maxConditioningFrames) {
        public Rule {
            if (memoryFrames < 1 || maxObjectPointers < 1 || stride < 1 || maxConditioningFrames < 2) {
                throw new IllegalArgumentException(
                        "a memory bank needs memoryFrames, maxObjectPointers and stride of at"
                                + " least 1 and maxConditioningFrames of at least 2, not " + memoryFrames + ", "
                                + maxObjectPointers + ", " + stride + " and " + maxConditioningFrames);
            }
        }

        /** The official settings: every frame, all prompted frames. */
        public static Rule official(Sam2Config config) {
            return new Rule(config.memoryFrames(), config.maxObjectPointers(), 1, Integer.MAX_VALUE);
        }

        /** How many frames back the spatial memory of a tracked frame can be seen. */
        int spatialReach() {
            return memoryFrames < 3 ? 1 : 1 + (memoryFrames - 2) * stride;
        }

        /** How many frames back a tracked frame's pointer can be seen. */
        int pointerReach() {
            return maxObjectPointers - 1;
        }
    }

    /** A spatial memory (B, L, D) and its temporal slot, the index into {@code maskmem_tpos_enc}. */
    public record SpatialSlot(NDArray spatial, int slot) {}

    /** A pointer (B, C) and how many frames away it is, against the direction of tracking. */
    public record PointerSlot(NDArray pointer, int distance) {}

    /**
     * What a frame sees, in the order of the attention's tokens.
     *
     * @param longestDistance the pointer distance that counts as 1
     */
    public record Selection(List<SpatialSlot> spatial, List<PointerSlot> pointers, int longestDistance) {
        public Selection {
            spatial = List.copyOf(spatial);
            pointers = List.copyOf(pointers);
        }

        /** Whether two objects' memories have the same size, so that they can be one batch. */
        boolean fits(Selection other) {
            return spatial.size() == other.spatial.size() && pointers.size() == other.pointers.size();
        }

        /** The temporal slots, in order. */
        List<Integer> slots() {
            return spatial.stream().map(SpatialSlot::slot).toList();
        }

        /** The pointers' distances in frames, in order. */
        List<Integer> distances() {
            return pointers.stream().map(PointerSlot::distance).toList();
        }
    }

    public MemoryBank(Rule rule) {
        this.rule = rule;
    }

    /** Adds a prompted frame, in place of what was there. */
    public void putConditioning(FrameMemory memory) {
        dropTracked(memory.frame());
        close(conditioning.put(memory.frame(), memory));
    }

    /** Adds a tracked frame, in place of what was tracked there. */
    public void putTracked(FrameMemory memory) {
        dropTracked(memory.frame());
        tracked.put(memory.frame(), memory);
    }

    private void dropTracked(int frame) {
        close(tracked.remove(frame));
        close(faded.remove(frame));
        spatialGone.clear(frame);
        pointerGone.clear(frame);
    }

    private static void close(AutoCloseable old) {
        if (old instanceof FrameMemory memory) {
            memory.close();
        } else if (old instanceof NDArray array) {
            array.close();
        }
    }

    /** Makes a prompted frame an ordinary one; nothing happens to other frames. */
    public void demote(int frame) {
        var memory = conditioning.remove(frame);
        if (memory != null) {
            putTracked(memory);
        }
    }

    public boolean isConditioning(int frame) {
        return conditioning.containsKey(frame);
    }

    /** Whether there is no prompted frame, so that nothing can be tracked. */
    public boolean isEmpty() {
        return conditioning.isEmpty();
    }

    /** The prompted frames, in the order in which they were added. */
    public List<Integer> conditioningFrames() {
        return List.copyOf(conditioning.keySet());
    }

    /** What a frame left behind, if its spatial memory is still there; the bank keeps owning it. */
    public Optional<FrameMemory> at(int frame) {
        return Optional.ofNullable(conditioning.getOrDefault(frame, tracked.get(frame)));
    }

    /** Frees what no frame will ask for again, of tracked frames; prompted frames stay. */
    void forget(IntPredicate needsSpatial, IntPredicate needsPointer) {
        for (int frame : List.copyOf(tracked.keySet())) {
            if (!needsSpatial.test(frame)) {
                var memory = tracked.remove(frame);
                memory.spatial().close();
                faded.put(frame, memory.pointer());
                spatialGone.set(frame);
            }
        }
        faded.entrySet().removeIf(entry -> {
            boolean isOver = !needsPointer.test(entry.getKey());
            if (isOver) {
                entry.getValue().close();
                pointerGone.set(entry.getKey());
            }
            return isOver;
        });
    }

    /** Whether something that {@code frame} would see when tracking goes that way was dropped by {@link #forget}. */
    boolean lacks(int frame, Direction direction) {
        return isAnySet(spatialGone, frame, direction, rule.spatialReach())
                || isAnySet(pointerGone, frame, direction, rule.pointerReach());
    }

    private static boolean isAnySet(BitSet gone, int frame, Direction direction, int reach) {
        int from = direction == Direction.FORWARD ? Math.max(0, frame - reach) : frame + 1;
        int to = direction == Direction.FORWARD ? frame - 1 : frame + reach;
        int first = gone.nextSetBit(from);
        return first >= 0 && first <= to;
    }

    /** What {@code frame} of {@code frameCount} sees when tracking goes that way. */
    public Selection select(int frame, Direction direction, int frameCount) {
        var chosen = closestConditioning(frame);
        var spatial = new ArrayList<SpatialSlot>();
        chosen.values().forEach(memory -> spatial.add(new SpatialSlot(memory.spatial(), rule.memoryFrames() - 1)));
        for (int before = rule.memoryFrames() - 1; before >= 1; before--) {
            int t = frameBefore(frame, before, direction);
            var memory = tracked.containsKey(t) ? tracked.get(t) : unchosen(t, chosen);
            if (memory != null) {
                spatial.add(new SpatialSlot(memory.spatial(), before - 1));
            }
        }
        int limit = Math.min(frameCount, rule.maxObjectPointers());
        return new Selection(spatial, pointers(frame, direction, frameCount, limit, chosen), Math.max(1, limit - 1));
    }

    private List<PointerSlot> pointers(
            int frame, Direction direction, int frameCount, int limit, Map<Integer, FrameMemory> chosen) {
        var pointers = new ArrayList<PointerSlot>();
        for (var memory : chosen.values()) { // never those that lie ahead
            int distance = (frame - memory.frame()) * direction.step();
            if (distance >= 0) {
                pointers.add(new PointerSlot(memory.pointer(), distance));
            }
        }
        for (int distance = 1; distance < limit; distance++) {
            int t = frame - distance * direction.step();
            if (t < 0 || t >= frameCount) {
                break;
            }
            var memory = tracked.containsKey(t) ? tracked.get(t) : unchosen(t, chosen);
            if (memory != null) {
                pointers.add(new PointerSlot(memory.pointer(), distance));
            } else if (faded.containsKey(t)) {
                pointers.add(new PointerSlot(faded.get(t), distance));
            }
        }
        return pointers;
    }

    /** A prompted frame that was not chosen as conditioning counts as a tracked one; null when there is none. */
    private FrameMemory unchosen(int frame, Map<Integer, FrameMemory> chosen) {
        return chosen.containsKey(frame) ? null : conditioning.get(frame);
    }

    /** The frame {@code before} steps back: the last one, or the k-th multiple of the stride before that. */
    private int frameBefore(int frame, int before, Direction direction) {
        int step = direction.step();
        if (before == 1) {
            return frame - step;
        }
        int stride = rule.stride();
        int nearest = step * Math.floorDiv(step * frame - 2, stride) * stride; // in reverse: the multiple after
        return nearest - step * (before - 2) * stride;
    }

    /** All prompted frames, or the closest ones: the last before, the first at or after, then the nearest others. */
    private Map<Integer, FrameMemory> closestConditioning(int frame) {
        int most = rule.maxConditioningFrames();
        if (conditioning.size() <= most) {
            return conditioning;
        }
        var chosen = new LinkedHashMap<Integer, FrameMemory>();
        conditioning.keySet().stream()
                .filter(t -> t < frame)
                .max(Integer::compare)
                .ifPresent(t -> chosen.put(t, conditioning.get(t)));
        conditioning.keySet().stream()
                .filter(t -> t >= frame)
                .min(Integer::compare)
                .ifPresent(t -> chosen.put(t, conditioning.get(t)));
        var others = conditioning.keySet().stream()
                .filter(t -> !chosen.containsKey(t))
                .sorted(Comparator.comparingInt(t -> Math.abs(t - frame)))
                .limit(most - chosen.size())
                .toList();
        others.forEach(t -> chosen.put(t, conditioning.get(t)));
        return chosen;
    }

    @Override
    public void close() {
        conditioning.values().forEach(FrameMemory::close);
        tracked.values().forEach(FrameMemory::close);
        faded.values().forEach(NDArray::close);
        conditioning.clear();
        tracked.clear();
        faded.clear();
    }
}
