package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A video's features, each frame encoded exactly once: in memory up to a bound, beyond it in a temporary file that a
 * frame is read from when it is asked for. Not thread-safe; close it to free the memory and delete the file.
 *
 * <p>The first frames stay in memory and the others never enter it. Tracking sweeps forward and back, where a cache of
 * the frames used last would always have dropped what comes next. The file is read rather than mapped: pages of a
 * mapping count as the process's resident memory, which would then grow with the video.
 */
public final class FeatureStore implements FrameFeatureSource, AutoCloseable {
    private final NDManager manager;
    private final List<FrameFeatures> held = new ArrayList<>();
    private final List<NDArray> read = new ArrayList<>(); // of the spilled frame asked for last
    private ByteBuffer bytes; // of one spilled frame, used again and again
    private int spilledFrames;
    private List<Shape> shapes = List.of(); // of one frame's s0, s1 and s2
    private FileChannel spill;
    private int encoderCalls;
    private long heldBytes;

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

    private FeatureStore(NDManager manager) {
        this.manager = manager;
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
        var store = new FeatureStore(NDManager.newBaseManager(manager.getDevice(), "PyTorch"));
        try {
            var batch = new NDList();
            while (inputs.hasNext()) {
                batch.add(inputs.next());
                if (batch.size() == limits.framesPerCall() || !inputs.hasNext()) {
                    store.encode(batch, encoder, limits);
                    batch.clear();
                }
            }
            return store;
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** Frames (B, 3, S, S) to their features. */
    @FunctionalInterface
    public interface Encoder {
        FrameFeatures forward(NDArray images);
    }

    private void encode(NDList batch, Encoder encoder, Limits limits) throws IOException {
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var images = batch.size() == 1 ? batch.get(0) : NDArrays.concat(batch);
            var features = encoder.forward(images);
            encoderCalls++;
            for (int i = 0; i < batch.size(); i++) {
                keep(batch.size() == 1 ? features : copy(features.frame(i)), limits);
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

    private void keep(FrameFeatures features, Limits limits) throws IOException {
        shapes = parts(features).map(NDArray::getShape).toList();
        if (spilledFrames == 0 && heldBytes + frameBytes() <= limits.memoryBytes()) {
            held.add(features.keep(manager));
            heldBytes += frameBytes();
            return;
        }
        try {
            spill(features, limits.spillFolder());
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(
                    "features of frame " + frameCount() + " cannot be put aside in " + limits.spillFolder() + ": "
                            + e.getMessage(),
                    e);
        }
        spilledFrames++;
    }

    private void spill(FrameFeatures features, Path folder) throws IOException {
        if (spill == null) {
            Files.createDirectories(folder);
            spill = FileChannel.open(
                    Files.createTempFile(folder, "frame-features-", ".spill"),
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE); // on Unix without a name from now on: no kill leaves it behind
        }
        long at = frameBytes() * spilledFrames;
        for (var part : parts(features).toList()) {
            var values = part.toByteBuffer();
            while (values.hasRemaining()) {
                at += spill.write(values, at);
            }
        }
    }

    private static Stream<NDArray> parts(FrameFeatures features) {
        return Stream.of(features.s0(), features.s1(), features.s2());
    }

    private long frameBytes() {
        return shapes.stream().mapToLong(Shape::size).sum() * Float.BYTES;
    }

    @Override
    public int frameCount() {
        return held.size() + spilledFrames;
    }

    @Override
    public FrameFeatures at(int frame) {
        if (frame < 0 || frame >= frameCount()) {
            throw new IllegalArgumentException(
                    "there is no frame " + frame + "; features are kept of frames 0 to " + (frameCount() - 1));
        }
        closeRead();
        return frame < held.size() ? held.get(frame) : readSpilled(frame - held.size());
    }

    private FrameFeatures readSpilled(int index) {
        int length = Math.toIntExact(frameBytes());
        if (bytes == null) {
            bytes = ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder());
        }
        bytes.clear();
        try {
            while (bytes.hasRemaining()) {
                if (spill.read(bytes, (long) index * length + bytes.position()) < 0) {
                    throw new IOException("it ends early");
                }
            }
        } catch (ClosedByInterruptException e) {
            throw new UncheckedIOException(e);
        } catch (IOException e) {
            throw new UncheckedIOException("the temporary file of features cannot be read: " + e.getMessage(), e);
        }
        int offset = 0;
        for (var shape : shapes) {
            int size = Math.toIntExact(shape.size() * Float.BYTES);
            var values = bytes.slice(offset, size).order(ByteOrder.nativeOrder());
            // a duplicate, since an array on the CPU may go on using the buffer it was made from
            try (var view = manager.create(values, shape, DataType.FLOAT32)) {
                var part = view.duplicate();
                NDScope.unregister(part);
                read.add(part);
            }
            offset += size;
        }
        return new FrameFeatures(read.get(0), read.get(1), read.get(2));
    }

    private void closeRead() {
        read.forEach(NDArray::close);
        read.clear();
    }

    /** How often the encoder ran: once a frame, or less when frames went in together. */
    public int encoderCalls() {
        return encoderCalls;
    }

    /** Native memory that the features take. */
    public long heldBytes() {
        return heldBytes;
    }

    /** Frames in the temporary file. */
    public int spilledFrames() {
        return spilledFrames;
    }

    @Override
    public void close() {
        closeRead();
        held.clear();
        manager.close();
        if (spill != null) {
            try {
                spill.close();
            } catch (IOException e) {
                throw new UncheckedIOException("the temporary file of features cannot be closed", e);
            }
        }
    }
}
