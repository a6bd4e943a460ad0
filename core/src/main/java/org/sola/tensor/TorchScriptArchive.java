package org.sola.tensor;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript module without state, written in memory from its source text and loaded as a DJL model, whose methods
 * are called by name. Numbers that are not tensors travel as small cached arrays. It lives as long as the process.
 */
final class TorchScriptArchive {
    /**
     * Graphs are run as they are written, a setting of each thread: the optimiser rewrites a graph after its first calls,
     * which changes the last bits, so that a resumed training would not equal an unbroken one.
     */
    private static final ThreadLocal<Boolean> UNOPTIMISED = ThreadLocal.withInitial(() -> {
        JniUtils.setGraphExecutorOptimize(false);
        return true;
    });

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final Model model; // held: a model that is collected releases its block
    private final PtSymbolBlock block;
    private final Map<String, NDArray> methods = new ConcurrentHashMap<>();
    private final Map<List<Long>, NDArray> numbers = new ConcurrentHashMap<>();
    private final Map<Double, NDArray> fractions = new ConcurrentHashMap<>();

    /**
     * @param resource source text beside this class, of a module {@code Kernels}
     * @throws IllegalStateException if the engine lacks an operator that the text uses
     */
    @SuppressWarnings("resource") // lives as long as the process
    TorchScriptArchive(String resource) {
        try {
            model = Model.newInstance("kernels", "PyTorch");
            model.load(new ByteArrayInputStream(archive(resource)));
            block = (PtSymbolBlock) model.getBlock();
        } catch (IOException | ai.djl.MalformedModelException | ai.djl.engine.EngineException e) {
            throw new IllegalStateException(resource + " cannot be loaded: " + e.getMessage(), e);
        }
    }

    /** Runs the method {@code name}; the result belongs to the manager of the first array. */
    NDArray call(String name, NDArray... inputs) {
        return callForAll(name, inputs).singletonOrThrow();
    }

    /** As {@link #call}, for a method of several results. */
    NDList callForAll(String name, NDArray... inputs) {
        var list = new NDList(inputs.length + 1);
        for (var input : inputs) {
            if (input.getName() != null) { // DJL takes names with dots for dictionary keys
                input.setName(null);
            }
            list.add(input);
        }
        return forward(name, list);
    }

    /** As {@link #call}; arrays that share a name ending in brackets become one list argument. */
    NDArray callNamed(String name, NDList inputs) {
        return forward(name, inputs).singletonOrThrow();
    }

    private NDList forward(String name, NDList inputs) {
        inputs.add(methods.computeIfAbsent(name, this::methodMarker));
        UNOPTIMISED.get();
        return IValueUtils.forward(block, inputs, true);
    }

    /** DJL picks the method to run by the name of an otherwise unused array. */
    private NDArray methodMarker(String name) {
        var marker = permanent(manager.create(new long[] {0}));
        marker.setName("module_method:" + name);
        return marker;
    }

    NDArray numbers(long... values) {
        var key = Arrays.stream(values).boxed().toList();
        return numbers.computeIfAbsent(key, k -> permanent(manager.create(values, new Shape(values.length))));
    }

    NDArray number(double value) {
        return fractions.computeIfAbsent(value, v -> permanent(manager.create(v.doubleValue())));
    }

    private static NDArray permanent(NDArray array) {
        NDScope.unregister(array);
        return array;
    }

    /** A stored zip in the layout of {@code torch.jit.save}: a module without state whose methods are the source text. */
    private static byte[] archive(String resource) throws IOException {
        byte[] source;
        try (var in = TorchScriptArchive.class.getResourceAsStream(resource)) {
            source = in.readAllBytes();
        }
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            store(zip, "version", ascii("3\n"));
            store(zip, "data.pkl", ascii("\u0080\u0002c__torch__\nKernels\n)\u0081}X\b\0\0\0training\u0089sb."));
            store(zip, "code/__torch__.py", source);
            store(zip, "constants.pkl", ascii("\u0080\u0002)."));
        }
        return bytes.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) {
        var entry = new ZipEntry("kernels/" + name);
        var crc = new CRC32();
        crc.update(content);
        entry.setCrc(crc.getValue());
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setTime(0);
        try {
            zip.putNextEntry(entry);
            zip.write(content);
            zip.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
