package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import org.sola.image.Filter;
import org.sola.image.Resize;
import org.sola.tensor.ArrayStore;
import org.sola.video.FrameIterator;
import org.sola.video.Video;
import org.sola.video.VideoException;

/**
 * A video's features, each frame encoded exactly once: in memory up to a bound, beyond it in a temporary file, see {@link
 * ArrayStore}. Not thread-safe; close it to free the memory and delete the file.
 */
public final class FeatureStore implements FrameFeatureSource, AutoCloseable {
    private final ArrayStore store;
    private int encoderCalls;

    /**
     * How features are kept.
     *
     * @param memoryBytes native memory for features at most
     * @param spillFolder where the temporary file goes, which is only made when it is needed
     * @param framesPerCall frames that go through the encoder together
     */
    public record Limits(long memoryBytes, Path spillFolder, int framesPerCall) {
        private static final long DEFAULT_MEMORY_BYTES = 1L << 30;

        public Limits {
            if (memoryBytes < 0 || framesPerCall < 1) {
                throw new IllegalArgumentException("memoryBytes must be at least 0 and framesPerCall at least 1, not "
                        + memoryBytes + " and " + framesPerCall);
            }
        }

        /** 1 GiB, then the system's folder for temporary files; one frame a call. */
        public static Limits standard() {
            return new Limits(DEFAULT_MEMORY_BYTES, Path.of(System.getProperty("java.io.tmpdir")), 1);
        }
    }

    private FeatureStore(ArrayStore store) {
        this.store = store;
    }

    /**
     * Encodes a whole video, frame by frame.
     *
     * @param manager whose device the features live on; it may be closed before the store
     * @param inputs the frames as the encoder takes them, (1, 3, S, S) each; the store closes them
     * @param encoder {@link ImageEncoder#forward}
     * @throws IOException if the temporary file cannot be written
     */
    public static FeatureStore encode(NDManager manager, Iterator<NDArray> inputs, Encoder encoder, Limits limits)
            throws IOException {
        var store = new FeatureStore(new ArrayStore(manager.getDevice(), limits.memoryBytes(), limits.spillFolder()));
        try {
            var batch = new NDList();
            while (inputs.hasNext()) {
                batch.add(inputs.next());
                if (batch.size() == limits.framesPerCall() || !inputs.hasNext()) {
                    store.encode(batch, encoder);
                    batch.clear();
                }
            }
            return store;
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /**
     * Encodes a whole video as the video predictor does: frames resized to the network's input whatever their aspect.
     *
     * @throws VideoException if it holds no frames or one cannot be read
     * @throws IOException if the temporary file cannot be written
     */
    public static FeatureStore encode(Sam2 model, Video video, Limits limits) throws IOException {
        try (var manager = model.video().newManager();
                var frames = video.frames()) {
            var inputs = new Inputs(frames, manager, model.config().imageSize());
            var store = encode(manager, inputs, model.image().imageEncoder()::forward, limits);
            if (store.frameCount() == 0) {
                store.close();
                throw new VideoException(Path.of(video.id()), "holds no frames");
            }
            return store;
        }
    }

    /** Frames as the image encoder takes them. */
    private record Inputs(FrameIterator frames, NDManager manager, int size) implements Iterator<NDArray> {
        @Override
        public boolean hasNext() {
            return frames.hasNext();
        }

        @Override
        public NDArray next() {
            return ImageInput.normalised(manager, Resize.image(frames.next(), size, size, Filter.BICUBIC_ANTIALIASED));
        }
    }

    /** Frames (B, 3, S, S) to their features. */
    @FunctionalInterface
    public interface Encoder {
        FrameFeatures forward(NDArray images);
    }

    private void encode(NDList batch, Encoder encoder) throws IOException {
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var images = batch.size() == 1 ? batch.get(0) : NDArrays.concat(batch);
            var features = encoder.forward(images);
            encoderCalls++;
            for (int i = 0; i < batch.size(); i++) {
                var own = batch.size() == 1 ? features : copy(features.frame(i));
                store.add(new NDList(own.s0(), own.s1(), own.s2()));
            }
        } finally {
            batch.forEach(NDArray::close);
        }
    }

    /** A batch's frames are views of one block of memory; copies can be freed one by one. */
    private static FrameFeatures copy(FrameFeatures views) {
        return new FrameFeatures(
                views.s0().duplicate(), views.s1().duplicate(), views.s2().duplicate());
    }

    @Override
    public int frameCount() {
        return store.size();
    }

    @Override
    public FrameFeatures at(int frame) {
        var arrays = store.at(frame);
        return new FrameFeatures(arrays.get(0), arrays.get(1), arrays.get(2));
    }

    /** How often the encoder ran: once a frame, or less when frames went in together. */
    public int encoderCalls() {
        return encoderCalls;
    }

    /** Native memory that the features take. */
    public long heldBytes() {
        return store.heldBytes();
    }

    /** Frames in the temporary file. */
    public int spilledFrames() {
        return store.spilled();
    }

    @Override
    public void close() {
        store.close();
    }
}
