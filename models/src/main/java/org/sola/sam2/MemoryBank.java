package org.sola.sam2;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The memories of objects with a common history, and the official rule which of them a frame sees (SAM 2, {@code
 * _prepare_memory_conditioned_features}). It owns what is put into it.
 */
public final class MemoryBank implements AutoCloseable {
    private final Map<Integer, FrameMemory> conditioning = new LinkedHashMap<>();
    private final Map<Integer, FrameMemory> tracked = new HashMap<>();
    private final Rule rule;

    /**
     * Settings of the rule.
     *
     * @param memoryFrames spatial memories of tracked frames, plus one
     * @param maxObjectPointers pointers at most
     * @param stride every how many frames a memory is taken, the last frame apart
     * @param maxConditioningFrames prompted frames at most; {@link Integer#MAX_VALUE} officially
     */
    public record Rule(int memoryFrames, int maxObjectPointers, int stride, int maxConditioningFrames) {
        /** The official settings: every frame, all prompted frames. */
        public static Rule official(Sam2Config config) {
            return new Rule(config.memoryFrames(), config.maxObjectPointers(), 1, Integer.MAX_VALUE);
        }
    }

    /** A spatial memory and its temporal slot, the index into {@code maskmem_tpos_enc}. */
    public record SpatialSlot(FrameMemory memory, int slot) {}

    /** A pointer and how many frames away it is, against the direction of tracking. */
    public record PointerSlot(FrameMemory memory, int distance) {}

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
        replace(tracked.remove(memory.frame()));
        replace(conditioning.put(memory.frame(), memory));
    }

    /** Adds a tracked frame, in place of what was there. */
    public void putTracked(FrameMemory memory) {
        replace(tracked.put(memory.frame(), memory));
    }

    private static void replace(FrameMemory old) {
        if (old != null) {
            old.close();
        }
    }

    /** Makes a prompted frame an ordinary one. */
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

    /** Frees the tracked frames that {@code isNeeded} no longer wants. */
    public void dropTracked(java.util.function.IntPredicate isNeeded) {
        tracked.entrySet().removeIf(entry -> {
            boolean drop = !isNeeded.test(entry.getKey());
            if (drop) {
                entry.getValue().close();
            }
            return drop;
        });
    }

    /** What {@code frame} of {@code frameCount} sees when tracking goes forward or in reverse. */
    public Selection select(int frame, boolean reverse, int frameCount) {
        var chosen = closestConditioning(frame);
        var spatial = new ArrayList<SpatialSlot>();
        chosen.values().forEach(memory -> spatial.add(new SpatialSlot(memory, rule.memoryFrames() - 1)));
        for (int slot = 1; slot < rule.memoryFrames(); slot++) {
            int before = rule.memoryFrames() - slot;
            var memory = ordinary(frameBefore(frame, before, reverse), chosen);
            if (memory != null) {
                spatial.add(new SpatialSlot(memory, before - 1));
            }
        }
        int limit = Math.min(frameCount, rule.maxObjectPointers());
        int direction = reverse ? -1 : 1;
        var pointers = new ArrayList<PointerSlot>();
        for (var memory : chosen.values()) {
            int distance = (frame - memory.frame()) * direction;
            if (distance >= 0) {
                pointers.add(new PointerSlot(memory, distance));
            }
        }
        for (int distance = 1; distance < limit; distance++) {
            int t = frame - distance * direction;
            if (t < 0 || t >= frameCount) {
                break;
            }
            var memory = ordinary(t, chosen);
            if (memory != null) {
                pointers.add(new PointerSlot(memory, distance));
            }
        }
        return new Selection(spatial, pointers, Math.max(1, limit - 1));
    }

    /** A tracked frame, or a prompted one that was not chosen as conditioning; null when there is neither. */
    private FrameMemory ordinary(int frame, Map<Integer, FrameMemory> chosen) {
        var memory = tracked.get(frame);
        return memory != null || chosen.containsKey(frame) ? memory : conditioning.get(frame);
    }

    /** The frame {@code before} steps back: the last one, or the k-th multiple of the stride before that. */
    private int frameBefore(int frame, int before, boolean reverse) {
        int direction = reverse ? -1 : 1;
        if (before == 1) {
            return frame - direction;
        }
        int stride = rule.stride();
        int nearest =
                reverse ? -Math.floorDiv(-(frame + 2), stride) * stride : Math.floorDiv(frame - 2, stride) * stride;
        return nearest - direction * (before - 2) * stride;
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
        conditioning.keySet().stream()
                .filter(t -> !chosen.containsKey(t))
                .sorted(Comparator.comparingInt(t -> Math.abs(t - frame)))
                .limit(most - chosen.size())
                .forEach(t -> chosen.put(t, conditioning.get(t)));
        return chosen;
    }

    @Override
    public void close() {
        conditioning.values().forEach(FrameMemory::close);
        tracked.values().forEach(FrameMemory::close);
        conditioning.clear();
        tracked.clear();
    }
}
