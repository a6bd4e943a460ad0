package org.sola.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
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
import java.util.List;

/**
 * Entries of float32 arrays, all of the same shapes: in memory up to a bound, beyond it in a temporary file that an entry
 * is read from when it is asked for. Not thread-safe; close it to free the memory and delete the file.
 *
 * <p>The first entries stay in memory and the others never enter it. Tracking sweeps forward and back, where a cache of
 * the frames used last would always have dropped what comes next. The file is read rather than mapped: pages of a
 * mapping count as the process's resident memory, which would then grow with the video.
 */
public final class ArrayStore implements AutoCloseable {
    private final NDManager manager;
    private final long memoryBytes;
    private final Path folder;
    private final List<NDList> held = new ArrayList<>();
    private NDList read = new NDList(); // of the spilled entry asked for last
    private ByteBuffer bytes; // of one spilled entry, used again and again
    private List<Shape> shapes = List.of();
    private FileChannel spill;
    private int spilled;
    private long heldBytes;

    /**
     * @param device where the arrays live
     * @param memoryBytes native memory for entries at most
     * @param folder where the temporary file goes, which is only made when it is needed
     */
    public ArrayStore(Device device, long memoryBytes, Path folder) {
        if (memoryBytes < 0) {
            throw new IllegalArgumentException("memoryBytes must be at least 0, not " + memoryBytes);
        }
        this.manager = NDManager.newBaseManager(device, "PyTorch");
        this.memoryBytes = memoryBytes;
        this.folder = folder;
    }

    /**
     * Adds an entry. Its arrays pass to the store or stay with the scope around the call, whichever the bound says; the
     * caller does not use them again.
     */
    public void add(NDList arrays) throws IOException {
        shapes = arrays.stream().map(NDArray::getShape).toList();
        if (spilled == 0 && heldBytes + entryBytes() <= memoryBytes) {
            for (var array : arrays) {
                NDScope.unregister(array);
                array.attach(manager);
            }
            held.add(arrays);
            heldBytes += entryBytes();
            return;
        }
        try {
            spill(arrays);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(
                    "features of frame " + size() + " cannot be put aside in " + folder + ": " + e.getMessage(), e);
        }
        spilled++;
    }

    private void spill(NDList arrays) throws IOException {
        if (spill == null) {
            Files.createDirectories(folder);
            spill = FileChannel.open(
                    Files.createTempFile(folder, "frame-features-", ".spill"),
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE); // on Unix without a name from now on: no kill leaves it behind
        }
        long at = entryBytes() * spilled;
        for (var array : arrays) {
            var values = array.toByteBuffer();
            while (values.hasRemaining()) {
                at += spill.write(values, at);
            }
        }
    }

    private long entryBytes() {
        return shapes.stream().mapToLong(Shape::size).sum() * Float.BYTES;
    }

    /** Number of entries. */
    public int size() {
        return held.size() + spilled;
    }

    /** An entry's arrays. They belong to the store and stay valid until the next call, no longer. */
    public NDList at(int index) {
        if (index < 0 || index >= size()) {
            throw new IllegalArgumentException(
                    "there is no frame " + index + "; features are kept of frames 0 to " + (size() - 1));
        }
        closeRead();
        return index < held.size() ? held.get(index) : readSpilled(index - held.size());
    }

    private NDList readSpilled(int index) {
        int length = Math.toIntExact(entryBytes());
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
        return read;
    }

    private void closeRead() {
        read.close();
        read = new NDList();
    }

    /** Native memory that the entries take. */
    public long heldBytes() {
        return heldBytes;
    }

    /** Entries in the temporary file. */
    public int spilled() {
        return spilled;
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
