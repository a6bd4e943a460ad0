package org.sola.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The float32 initialisers of an ONNX file under their PyTorch names.
 *
 * <p>ONNX is protocol buffers: {@code ModelProto.graph = 7}; {@code GraphProto.node = 1, initializer = 5}; {@code
 * NodeProto.input = 1, name = 3, op_type = 4}; {@code TensorProto.dims = 1, data_type = 2, name = 8, raw_data = 9}. The
 * exporter folds a linear layer's transposition into its weight and calls that {@code onnx::MatMul_885}; the layer's
 * path survives in the name of the node that multiplies by it, so such a weight is turned back and named after its
 * path. The file is read as a stream, one tensor at a time.
 */
final class OnnxWeights {
    private static final int FLOAT = 1;

    private final InputStream in;
    private long position;

    private OnnxWeights(InputStream in) {
        this.in = in;
    }

    private record Tensor(String name, long[] shape, int type, ByteBuffer data) {}

    private record Node(String name, String operator, List<String> inputs) {}

    /** Reads all of {@code in}; arrays belong to {@code manager}. */
    static Map<String, NDArray> read(InputStream in, NDManager manager) throws IOException {
        var arrays = new LinkedHashMap<String, NDArray>();
        var nodes = new ArrayList<Node>();
        new OnnxWeights(new BufferedInputStream(in, 1 << 16))
                .model(
                        tensor -> {
                            if (tensor.type() == FLOAT) {
                                arrays.put(
                                        tensor.name(),
                                        manager.create(tensor.data(), new Shape(tensor.shape()), DataType.FLOAT32));
                            }
                        },
                        nodes);
        nameFoldedWeights(arrays, nodes);
        return arrays;
    }

    private static void nameFoldedWeights(Map<String, NDArray> arrays, List<Node> nodes) {
        var paths = new HashMap<String, String>();
        for (var node : nodes) {
            if (node.operator().equals("MatMul") && node.name().endsWith("/MatMul")) {
                String path = node.name().substring(1, node.name().length() - "/MatMul".length());
                paths.put(node.inputs().get(1), path.replace('/', '.') + ".weight");
            }
        }
        for (var name : List.copyOf(arrays.keySet())) {
            if (name.startsWith("onnx::MatMul") && paths.containsKey(name)) {
                var folded = arrays.remove(name);
                arrays.put(paths.get(name), folded.transpose());
            }
        }
    }

    @FunctionalInterface
    private interface TensorSink {
        void accept(Tensor tensor);
    }

    private void model(TensorSink tensors, List<Node> nodes) throws IOException {
        for (long tag = tagOrEnd(); tag >= 0; tag = tagOrEnd()) {
            if (tag == (7 << 3 | 2)) {
                graph(varint(), tensors, nodes);
            } else {
                skip((int) tag & 7);
            }
        }
    }

    private void graph(long length, TensorSink tensors, List<Node> nodes) throws IOException {
        long end = position + length;
        while (position < end) {
            long tag = varint();
            if (tag == (1 << 3 | 2)) {
                nodes.add(node(new Message(bytes(varint()))));
            } else if (tag == (5 << 3 | 2)) {
                tensors.accept(tensor(new Message(bytes(varint()))));
            } else {
                skip((int) tag & 7);
            }
        }
    }

    private static Node node(Message message) {
        String name = "";
        String operator = "";
        var inputs = new ArrayList<String>();
        while (message.hasNext()) {
            int field = message.next();
            switch (field) {
                case 1 -> inputs.add(message.text());
                case 3 -> name = message.text();
                case 4 -> operator = message.text();
                default -> message.skip();
            }
        }
        return new Node(name, operator, inputs);
    }

    private static Tensor tensor(Message message) {
        String name = "";
        int type = 0;
        var shape = new ArrayList<Long>();
        var data = ByteBuffer.allocate(0);
        while (message.hasNext()) {
            int field = message.next();
            switch (field) {
                case 1 -> message.integers(shape);
                case 2 -> type = (int) message.integer();
                case 8 -> name = message.text();
                case 9 -> data = message.slice();
                default -> message.skip();
            }
        }
        return new Tensor(name, shape.stream().mapToLong(Long::longValue).toArray(), type, data);
    }

    /** Fields of a message that is in memory. */
    private static final class Message {
        private final ByteBuffer buffer;
        private int wireType;

        Message(byte[] bytes) {
            buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }

        boolean hasNext() {
            return buffer.hasRemaining();
        }

        int next() {
            long tag = integer();
            wireType = (int) tag & 7;
            return (int) (tag >>> 3);
        }

        long integer() {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                byte b = buffer.get();
                value |= (long) (b & 0x7F) << shift;
                if (b >= 0) {
                    return value;
                }
            }
            throw new IllegalStateException("a number of more than 64 bits");
        }

        /** A repeated number, one by one or packed. */
        void integers(List<Long> into) {
            if (wireType == 0) {
                into.add(integer());
                return;
            }
            int end = (int) integer() + buffer.position();
            while (buffer.position() < end) {
                into.add(integer());
            }
        }

        ByteBuffer slice() {
            int length = (int) integer();
            var slice = buffer.slice(buffer.position(), length).order(ByteOrder.LITTLE_ENDIAN);
            buffer.position(buffer.position() + length);
            return slice;
        }

        String text() {
            return java.nio.charset.StandardCharsets.UTF_8.decode(slice()).toString();
        }

        void skip() {
            switch (wireType) {
                case 0 -> integer();
                case 1 -> buffer.position(buffer.position() + 8);
                case 2 -> slice();
                case 5 -> buffer.position(buffer.position() + 4);
                default -> throw new IllegalStateException("wire type " + wireType);
            }
        }
    }

    private long tagOrEnd() throws IOException {
        in.mark(1);
        if (in.read() < 0) {
            return -1;
        }
        in.reset();
        return varint();
    }

    private long varint() throws IOException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("ends at byte " + position + " within a number; it is truncated");
            }
            position++;
            value |= (long) (b & 0x7F) << shift;
            if (b < 128) {
                return value;
            }
        }
        throw new IOException("has a number of more than 64 bits at byte " + position + "; it is no ONNX file");
    }

    private byte[] bytes(long length) throws IOException {
        if (length < 0 || length > Integer.MAX_VALUE - 8) {
            throw new IOException("has a message of " + length + " bytes at byte " + position + "; it is no ONNX file");
        }
        byte[] bytes = in.readNBytes((int) length);
        position += bytes.length;
        if (bytes.length < length) {
            throw new EOFException("ends at byte " + position + " within a message; it is truncated");
        }
        return bytes;
    }

    private void skip(int wireType) throws IOException {
        switch (wireType) {
            case 0 -> varint();
            case 1 -> bytes(8);
            case 2 -> bytes(varint());
            case 5 -> bytes(4);
            default ->
                throw new IOException("has wire type " + wireType + " at byte " + position + "; it is no ONNX file");
        }
    }
}
