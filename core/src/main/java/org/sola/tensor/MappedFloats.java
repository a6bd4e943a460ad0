package org.sola.tensor;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * A float32 tensor of a file, mapped: only the pages that are read come into memory, and the mapping ends when this is
 * closed, not when the collector finds it, so that a training may walk through files larger than memory. For use by one
 * thread at a time.
 */
public final class MappedFloats implements AutoCloseable {
    private static final MethodHandle UNMAP = unmap();

    private final ByteBuffer mapped;
    private final FloatBuffer values;
    private boolean isClosed;

    private MappedFloats(ByteBuffer mapped) {
        this.mapped = mapped;
        this.values = mapped.asFloatBuffer();
    }

    /** Maps tensor {@code name}, which must be of float32 and lie in row-major order. */
    public static MappedFloats open(Checkpoint file, String name) throws IOException {
        var info = file.info(name);
        if (info.type() != ElementType.FLOAT32 || !info.isRowMajor()) {
            throw new CheckpointException(
                    file.file(), "tensor \"" + name + "\" is of " + info.type() + ", expected float32 row by row");
        }
        return new MappedFloats(file.bytes(name));
    }

    /** Copies {@code count} values from number {@code first} on. */
    public void read(int first, float[] target, int offset, int count) {
        if (isClosed) {
            throw new IllegalStateException("the mapping is closed");
        }
        values.get(first, target, offset, count);
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        if (values.capacity() == 0) {
            return; // there is no mapping of nothing
        }
        try {
            UNMAP.invokeExact(mapped);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a mapping cannot be ended: " + e, e);
        }
    }

    /**
     * Java 17 has no public way to end a mapping; {@code Unsafe.invokeCleaner} is the one it keeps open for that (module
     * jdk.unsupported, JDK-8171377).
     */
    private static MethodHandle unmap() {
        try {
            var type = Class.forName("sun.misc.Unsafe");
            var field = type.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            return MethodHandles.lookup()
                    .findVirtual(type, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class))
                    .bindTo(field.get(null));
        } catch (ReflectiveOperationException e) {
            return MethodHandles.empty(MethodType.methodType(void.class, ByteBuffer.class)); // the collector does it
        }
    }
}
