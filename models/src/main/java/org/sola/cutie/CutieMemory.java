package org.sola.cutie;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * What is remembered of a video's objects: how they looked from place to place (buckets), as a whole (summaries) and a
 * moment ago (sensory memory). B batch rows, K objects in order of arrival, N = B K.
 */
final class CutieMemory implements AutoCloseable {
    private final Cutie cutie;
    private final CutieSettings settings;
    private final NDManager manager;
    private final List<MemoryBucket> buckets = new ArrayList<>();
    private final List<Integer> objects = new ArrayList<>(); // those that were memorised
    private int nextBucket;
    private NDArray sensory; // (N, S, h, w)
    private NDArray summaries; // (N, Q, E + 1)

    CutieMemory(Cutie cutie, CutieSettings settings, NDManager manager) {
        this.cutie = cutie;
        this.settings = settings;
        this.manager = manager;
    }

    boolean isEmpty() {
        return buckets.isEmpty();
    }

    List<MemoryBucket> buckets() {
        return buckets;
    }

    NDArray sensory() {
        return sensory;
    }

    void setSensory(NDArray fresh) {
        var old = sensory;
        sensory = keep(fresh);
        old.close();
    }

    /**
     * What a frame reads, (N, E, h, w): each bucket's objects by themselves.
     *
     * @param lastMask (B, at least K, h, w)
     */
    NDArray read(CutieFeatures frame, NDArray lastMask) {
        var query = Cutie.query(frame);
        var parts = new NDList();
        for (var bucket : buckets) {
            int count = bucket.objects().size();
            int start = objects.indexOf(bucket.objects().get(0));
            var read = bucket.read(query); // (B, L, K V)
            var shape = read.getShape();
            var maps = read.reshape(shape.get(0), shape.get(1), count, -1).transpose(0, 2, 1, 3);
            var readout = Convolution.map(
                    maps.reshape(shape.get(0) * count, shape.get(1), -1), frame.height(), frame.width());
            var mask = lastMask.get(":, " + start + ":" + (start + count));
            var fused = cutie.fuse(frame, readout, of(sensory, start, count), mask);
            var refined = cutie.transform(fused, of(summaries, start, count), count, (name, array) -> {});
            parts.add(split(refined, count));
        }
        var all = parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts, 1);
        return joined(all);
    }

    /** Some neighbouring objects' rows of (N, ..). */
    private NDArray of(NDArray rows, int start, int count) {
        return count == objects.size()
                ? rows
                : joined(split(rows, objects.size()).get(":, " + start + ":" + (start + count)));
    }

    /** (B K, ..) to (B, K, ..). */
    private static NDArray split(NDArray rows, long count) {
        var shape = rows.getShape();
        return rows.reshape(new Shape(shape.get(0) / count, count).addAll(shape.slice(1)));
    }

    /** (B, K, ..) to (B K, ..). */
    private static NDArray joined(NDArray split) {
        var shape = split.getShape();
        return split.reshape(new Shape(shape.get(0) * shape.get(1)).addAll(shape.slice(2)));
    }

    /**
     * Memorises a frame.
     *
     * @param all the objects in order of arrival, those memorised before first
     * @param masks (B, K, H, W), their shares
     */
    void memorise(CutieFeatures frame, NDArray masks, List<Integer> all) {
        long batch = masks.getShape().get(0);
        widen(frame, batch, all.size() - objects.size());
        var values = cutie.encodeMasks(frame, masks);
        setSensory(cutie.updateSensory(values, sensory));
        setSummaries(summaries.add(cutie.summarise(masks, values)));
        var arrived = List.copyOf(all.subList(objects.size(), all.size()));
        objects.addAll(arrived);

        var keys = Convolution.rows(frame.key());
        var shrinkage = Convolution.rows(frame.shrinkage());
        var selection = Convolution.rows(frame.selection());
        var rows = split(Convolution.rows(values), all.size()); // (B, K, L, V)
        for (var bucket : buckets) {
            int start = objects.indexOf(bucket.objects().get(0));
            bucket.add(Tokens.of(
                    keys,
                    shrinkage,
                    selection,
                    sideBySide(rows, start, bucket.objects().size())));
        }
        if (!arrived.isEmpty()) {
            int start = all.size() - arrived.size();
            var first = Tokens.of(keys, shrinkage, selection, sideBySide(rows, start, arrived.size()));
            buckets.add(new MemoryBucket(nextBucket++, arrived, first.copy(), settings, manager));
        }
    }

    /** (B, K, L, V) to (B, L, count V). */
    private static NDArray sideBySide(NDArray rows, int start, int count) {
        var shape = rows.getShape();
        return rows.get(":, " + start + ":" + (start + count))
                .transpose(0, 2, 1, 3)
                .reshape(shape.get(0), shape.get(2), count * shape.get(3));
    }

    /** Makes room for objects that are new: they felt nothing yet. */
    private void widen(CutieFeatures frame, long batch, int arrived) {
        if (arrived == 0) {
            return;
        }
        var config = cutie.config();
        var space = frame.key().getManager();
        var felt = space.zeros(new Shape(batch, arrived, config.sensoryDim(), frame.height(), frame.width()));
        var summary =
                space.zeros(new Shape(batch, arrived, config.objectTransformer().queries(), config.embedDim() + 1L));
        if (objects.isEmpty()) {
            sensory = keep(joined(felt));
            summaries = keep(joined(summary));
        } else {
            setSensory(joined(split(sensory, objects.size()).concat(felt, 1)));
            setSummaries(joined(split(summaries, objects.size()).concat(summary, 1)));
        }
    }

    private void setSummaries(NDArray fresh) {
        var old = summaries;
        summaries = keep(fresh);
        old.close();
    }

    /** Forgets an object, if it is known. */
    void forget(int object) {
        int place = objects.indexOf(object);
        if (place < 0) {
            return;
        }
        var bucket = buckets.stream()
                .filter(each -> each.objects().contains(object))
                .findFirst()
                .orElseThrow();
        if (bucket.objects().size() == 1) {
            bucket.close();
            buckets.remove(bucket);
        } else {
            bucket.forget(object);
        }
        if (objects.size() == 1) {
            sensory.close();
            summaries.close();
        } else {
            setSensory(joined(without(split(sensory, objects.size()), place)));
            setSummaries(joined(without(split(summaries, objects.size()), place)));
        }
        objects.remove(place);
    }

    /** (B, K, ..) less one object. */
    static NDArray without(NDArray split, int place) {
        long count = split.getShape().get(1);
        var parts = new NDList();
        if (place > 0) {
            parts.add(split.get(":, :" + place));
        }
        if (place + 1 < count) {
            parts.add(split.get(":, " + (place + 1) + ":"));
        }
        return NDArrays.concat(parts, 1);
    }

    private NDArray keep(NDArray array) {
        NDScope.unregister(array);
        array.attach(manager);
        return array;
    }

    @Override
    public void close() {
        buckets.forEach(MemoryBucket::close);
        if (!objects.isEmpty()) {
            sensory.close();
            summaries.close();
        }
    }
}
