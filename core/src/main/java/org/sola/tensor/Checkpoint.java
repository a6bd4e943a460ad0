package org.sola.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * The named tensors of a file: safetensors, or what {@code torch.save} writes in either of its containers. The content
 * tells the format, whatever the file is called. Opening reads names, shapes and places only; values are mapped when
 * they are asked for.
 */
public sealed interface Checkpoint permits Safetensors, TorchCheckpoint {

    /** Opens {@code file} and checks everything but the values. */
    static Checkpoint open(Path file) throws IOException {
        var start = ByteBuffer.allocate(TorchCheckpoint.SIGNATURE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (var channel = Files.newByteChannel(file)) {
            while (start.hasRemaining() && channel.read(start) >= 0) {
                continue; // until full or at the end of the file
            }
        }
        start.flip();
        boolean isTorch = TorchCheckpoint.isTorch(start) || isNamedTorch(file) && !Safetensors.isSafetensors(start);
        return isTorch ? TorchCheckpoint.open(file) : Safetensors.open(file);
    }

    private static boolean isNamedTorch(Path file) {
        String name = file.toString();
        return name.endsWith(".pt") || name.endsWith(".pth") || name.endsWith(".bin");
    }

    /** The file itself. */
    Path file();

    /** Every tensor by name, in the file's order. */
    Map<String, StoredTensor> tensors();

    /** What the file says of itself in free-form text; empty where the format has no place for it. */
    Map<String, String> metadata();

    /** Where and how {@code name} is stored; an error names the nearest if there is none. */
    StoredTensor info(String name);

    /**
     * The little-endian bytes of a tensor in row-major order, at most 2 GiB. They are a read-only mapping of the file,
     * and outside of the Java heap in any case: only a tensor that is stored in another order is copied.
     */
    default ByteBuffer bytes(String name) throws IOException {
        var tensor = info(name);
        if (Math.max(tensor.bytes(), tensor.span()) > Integer.MAX_VALUE) {
            throw new CheckpointException(
                    file(), "tensor \"" + name + "\" has " + tensor.bytes() + " bytes; 2 GiB is the most");
        }
        try (var channel = FileChannel.open(file(), StandardOpenOption.READ)) {
            if (channel.size() < tensor.position() + tensor.span()) {
                throw new CheckpointException(file(), "became shorter since it was opened");
            }
            var mapped = channel.map(FileChannel.MapMode.READ_ONLY, tensor.position(), tensor.span())
                    .order(ByteOrder.LITTLE_ENDIAN);
            return tensor.isRowMajor() ? mapped : StridedCopy.rowMajor(tensor, mapped);
        }
    }

    /** The values of a tensor as floats, whatever its element type. */
    default float[] floats(String name) throws IOException {
        var tensor = info(name);
        return tensor.type().toFloats(bytes(name), Math.toIntExact(tensor.elements()));
    }
}
