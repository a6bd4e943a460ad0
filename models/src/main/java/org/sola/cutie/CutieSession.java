package org.sola.cutie;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sola.image.RgbImage;
import org.sola.layer.Scoped;

/**
 * Follows objects through a video, a frame a step, in whichever order frames are given. Native memory depends on the
 * settings and on the number of objects, not on the number of frames. Not for several threads at a time; close it.
 */
public final class CutieSession implements AutoCloseable {
    private final Cutie cutie;
    private final CutieSettings settings;
    private final FrameSize size;
    private final NDManager manager;
    private final List<Integer> objects = new ArrayList<>(); // in order of arrival
    private CutieMemory memory;
    private NDArray lastMask; // (B, K, H, W), shares; null before the first frame
    private int time = -1;
    private int lastMemory;
    private boolean isOver;

    CutieSession(Cutie cutie, CutieSettings settings, FrameSize size) {
        this.cutie = cutie;
        this.settings = settings;
        this.size = size;
        this.manager = cutie.newManager();
        this.memory = new CutieMemory(cutie, settings, manager);
    }

    /** The objects that are followed, in order of arrival. */
    public List<Integer> objectIds() {
        return List.copyOf(objects);
    }

    /** Encodes a frame; the arrays belong to the scope around the call. A frame needs this once, whatever follows. */
    public CutieFeatures encode(RgbImage frame) {
        return encode(size.network(manager, frame));
    }

    /** The same for an image (1, 3, height, width) of 0..1. */
    public CutieFeatures encodeUnit(NDArray image) {
        return encode(size.network(image));
    }

    private CutieFeatures encode(NDArray images) {
        try (images) {
            return cutie.encode(images);
        }
    }

    /** The next frame: where are the objects now? */
    public Segmentation step(CutieFeatures frame) {
        return step(frame, List.of(), false);
    }

    /** The next frame, on which these objects are given. */
    public Segmentation step(CutieFeatures frame, List<ObjectMask> given) {
        return step(frame, given, false);
    }

    /**
     * The next frame.
     *
     * @param given masks of new objects, or corrected ones of objects that are followed; where they overlap the later
     *     one counts. Objects that are followed and not given are propagated beside them
     * @param isLast whether no frame follows, so that nothing need be remembered
     * @throws IllegalStateException if nothing is given and nothing was
     */
    public Segmentation step(CutieFeatures frame, List<ObjectMask> given, boolean isLast) {
        check(given);
        isOver = isLast;
        time++;
        boolean memorises = (time - lastMemory >= settings.memoryEvery() || !given.isEmpty()) && !isLast;
        boolean isComplete = given.stream().map(ObjectMask::objectId).toList().containsAll(objects);
        boolean hasNew = given.stream().anyMatch(each -> !objects.contains(each.objectId()));
        boolean segments = given.isEmpty() || !objects.isEmpty() && (hasNew || !isComplete);
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray shares = null; // (1, 1 + K, H, W)
            if (segments) {
                boolean feels = settings.updatesSensory(time - lastMemory) && !isLast;
                shares = segment(frame, feels);
            }
            if (!given.isEmpty()) {
                shares = Cutie.shares(merge(shares, given));
            }
            setLastMask(size.withMirrored(shares.get(":, 1:")));
            if (memorises) {
                memory.memorise(frame, lastMask, objects);
                lastMemory = time;
            }
            var restored = size.restored(shares);
            return new Segmentation(
                    objects,
                    (int) restored.getShape().get(2),
                    (int) restored.getShape().get(3),
                    restored.toFloatArray());
        }
    }

    private void check(List<ObjectMask> given) {
        var ids = new HashSet<Integer>();
        for (var each : given) {
            size.check(
                    "the mask of object " + each.objectId(),
                    each.mask().height(),
                    each.mask().width());
            if (!ids.add(each.objectId())) {
                throw new IllegalArgumentException("object " + each.objectId() + " is given twice on one frame");
            }
        }
        if (isOver) {
            throw new IllegalStateException("the last frame was given already; clear() begins again");
        }
        if (given.isEmpty() && memory.isEmpty()) {
            throw new IllegalStateException("there is nothing to follow: give the mask of an object first");
        }
    }

    private NDArray segment(CutieFeatures frame, boolean feels) {
        var read = memory.read(frame, Cutie.atStride16(lastMask));
        var drawn = cutie.draw(frame, read);
        var all = Scoped.array(
                () -> size.merged(cutie.compete(drawn.logits(), objects.size()).softmax(1)));
        if (feels) {
            memory.setSensory(cutie.feelDrawn(read, drawn, memory.sensory()));
        }
        return all;
    }

    /** Masks (1, K, H, W): those given, and of the other objects what is left of their shares. */
    private NDArray merge(NDArray shares, List<ObjectMask> given) {
        var byId = new LinkedHashMap<Integer, NDArray>();
        NDArray taken = null;
        for (int i = given.size() - 1; i >= 0; i--) {
            var own = size.network(manager, given.get(i).mask());
            byId.put(
                    given.get(i).objectId(),
                    taken == null ? own : own.mul(taken.neg().add(1)));
            taken = taken == null ? own : taken.maximum(own);
        }
        var masks = new NDList();
        for (int k = 0; k < objects.size(); k++) {
            var own = byId.remove(objects.get(k));
            masks.add(
                    own != null
                            ? own
                            : shares.get(":, " + (k + 1) + ":" + (k + 2))
                                    .mul(taken.neg().add(1)));
        }
        for (var each : given) {
            if (byId.containsKey(each.objectId())) {
                masks.add(byId.get(each.objectId()));
                objects.add(each.objectId());
            }
        }
        return NDArrays.concat(masks, 1);
    }

    private void setLastMask(NDArray fresh) {
        var old = lastMask;
        lastMask = fresh;
        NDScope.unregister(lastMask);
        lastMask.attach(manager);
        if (old != null) {
            old.close();
        }
    }

    /** Stops following an object. */
    public void delete(int objectId) {
        int place = objects.indexOf(objectId);
        if (place < 0) {
            throw new IllegalArgumentException("object " + objectId + " is not followed; followed are " + objects);
        }
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            memory.forget(objectId);
            if (!settings.keepsDeletedMask() && objects.size() > 1) {
                setLastMask(CutieMemory.without(lastMask, place));
            }
        }
        objects.remove(place);
    }

    /** Forgets objects and all that was seen: the next frame gives objects anew, such as for the other direction. */
    public void clear() {
        memory.close();
        memory = new CutieMemory(cutie, settings, manager);
        objects.clear();
        isOver = false;
        time = -1;
        lastMemory = 0;
    }

    /**
     * Where the session stands.
     *
     * @param time steps since it began or was cleared, from 0
     * @param lastMemory the time of the frame memorised last
     * @param buckets by number
     */
    public record State(int time, int lastMemory, Map<Integer, Bucket> buckets) {}

    /**
     * The memory of objects that arrived together.
     *
     * @param objects their names
     * @param permanent tokens of their first frame
     * @param temporary tokens of later frames
     * @param longTerm tokens of the long-term memory
     */
    public record Bucket(List<Integer> objects, long permanent, long temporary, long longTerm) {}

    /** Where the session stands. */
    public State state() {
        var buckets = new LinkedHashMap<Integer, Bucket>();
        for (var bucket : memory.buckets()) {
            buckets.put(
                    bucket.id(),
                    new Bucket(
                            List.copyOf(bucket.objects()),
                            bucket.permanentTokens(),
                            bucket.temporaryTokens(),
                            bucket.longTermTokens()));
        }
        return new State(time, lastMemory, buckets);
    }

    @Override
    public void close() {
        memory.close();
        manager.close();
    }
}
