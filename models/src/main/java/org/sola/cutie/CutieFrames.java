package org.sola.cutie;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.sola.tensor.ArrayStore;
import org.sola.video.StoredFrames;

/**
 * A video's frames with their features: encoded when they are first asked for, then kept as long as there is room, in
 * memory and on disk. What had no room is encoded again.
 */
final class CutieFrames implements AutoCloseable {
    private final Cutie cutie;
    private final FrameSize size;
    private final StoredFrames frames;
    private final NDManager manager;
    private final ArrayStore store;
    private final Map<Integer, Integer> places = new HashMap<>(); // of frames in the store
    private long room;
    private int encoderCalls;

    CutieFrames(Cutie cutie, FrameSize size, StoredFrames frames, CutiePropagator.Limits limits) {
        this.cutie = cutie;
        this.size = size;
        this.frames = frames;
        this.manager = cutie.newManager();
        this.store = new ArrayStore(manager.getDevice(), limits.memoryBytes(), limits.spillFolder());
        this.room = limits.memoryBytes() + limits.diskBytes();
    }

    int count() {
        return frames.count();
    }

    int encoderCalls() {
        return encoderCalls;
    }

    /** A frame's features, which last as long as the scope around the call, and not beyond the next call. */
    CutieFeatures at(int frame) {
        var place = places.get(frame);
        if (place != null) {
            return CutieFeatures.of(new NDList(store.at(place).stream()
                    .map(rows -> rows.transpose(0, 3, 1, 2))
                    .toArray(NDArray[]::new)));
        }
        encoderCalls++;
        CutieFeatures features;
        try (var images = size.network(manager, frames.at(frame))) {
            features = cutie.encode(images);
        }
        // maps as they lie in memory, channels last, so that a file keeps the order too
        var rows = new NDList(
                features.arrays().stream().map(map -> map.transpose(0, 2, 3, 1)).toArray(NDArray[]::new));
        long bytes = rows.stream().mapToLong(NDArray::size).sum() * Float.BYTES;
        if (bytes <= room) {
            room -= bytes;
            try {
                store.add(rows);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            places.put(frame, store.size() - 1);
        }
        return features;
    }

    @Override
    public void close() {
        store.close();
        manager.close();
        frames.close();
    }
}
