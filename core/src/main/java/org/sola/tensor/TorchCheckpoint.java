package org.sola.tensor;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.sola.pickle.PickleException;

/**
 * What {@code torch.save} wrote: a pickle of containers and tensors, and the tensors' storages, in a zip archive (torch
 * 1.6 and later) or one after the other (before, and still on request).
 *
 * <p>The pickle is read by the {@link org.sola.pickle.Unpickler}, which builds tensors and plain containers and refuses
 * everything else by name. Tensors may be views of one storage in any strides. Nothing of a storage is read before a
 * tensor's values are asked for; then its checksum is compared, where the container has one.
 */
public final class TorchCheckpoint implements Checkpoint {
    /** Where the weights are when more than weights was saved; official SAM 2 files use the first. */
    private static final List<String> WRAPPERS = List.of("model", "state_dict", "model_state_dict");

    static final int SIGNATURE_BYTES = 14;
    private static final int ZIP_ENTRY = 0x04034B50;
    private static final int EMPTY_ZIP = 0x06054B50;
    static final BigInteger OLD_MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);

    private final Path file;
    private final Object content;
    private final Map<String, StoredTensor> tensors;
    private final Map<String, StoredTensor> everyTensor;
    private final StorageChecks checks;

    private TorchCheckpoint(
            Path file,
            Object content,
            Map<String, StoredTensor> tensors,
            Map<String, StoredTensor> everyTensor,
            StorageChecks checks) {
        this.file = file;
        this.content = content;
        this.tensors = Collections.unmodifiableMap(tensors);
        this.everyTensor = Collections.unmodifiableMap(everyTensor);
        this.checks = checks;
    }

    /** Whether a file that starts so is one of torch's containers; a bare pickle is not. */
    static boolean isTorch(ByteBuffer start) {
        if (start.remaining() < SIGNATURE_BYTES) {
            return false;
        }
        int first = start.getInt(start.position());
        return first == ZIP_ENTRY || first == EMPTY_ZIP || isOld(start);
    }

    /** The old container starts with a pickle of its magic number alone. */
    private static boolean isOld(ByteBuffer start) {
        byte[] magic = OLD_MAGIC.toByteArray();
        for (int i = 0; i < magic.length; i++) {
            if (start.get(start.position() + 4 + i) != magic[magic.length - 1 - i]) {
                return false;
            }
        }
        return start.getInt(start.position()) == 0x0A8A0280; // protocol 2, a number of ten bytes
    }

    /** Opens {@code file}, whatever it is called, and checks everything but the tensors' values. */
    public static TorchCheckpoint open(Path file) throws IOException {
        try (var mapped = TorchFile.open(file)) {
            var container = mapped.isZip() ? TorchArchive.read(mapped) : OldTorchContainer.read(mapped);
            return of(file, container, mapped.size());
        } catch (PickleException e) {
            throw new CheckpointException(file, e.getMessage());
        }
    }

    /**
     * What a container holds.
     *
     * @param content the pickle's value, with {@link TorchTensor}s in it
     * @param positions the first byte of each storage by key
     * @param pickleBytes length of the pickle
     * @param checks the storages' checksums
     */
    record Container(Object content, Map<String, Long> positions, long pickleBytes, StorageChecks checks) {}

    private static TorchCheckpoint of(Path file, Container container, long fileBytes) {
        var tree = new TensorTree(container, fileBytes);
        var every = tree.flatten(container.content(), '/');
        var tensors = tree.flatten(weights(container.content()), '.');
        return new TorchCheckpoint(file, container.content(), tensors, every, container.checks());
    }

    /** The dictionary of the weights: the content itself, or one of the wrappers in it. */
    private static Object weights(Object content) {
        if (content instanceof Map<?, ?> map && !hasTensor(map.values())) {
            for (String wrapper : WRAPPERS) {
                if (map.get(wrapper) instanceof Map<?, ?> weights) {
                    return weights;
                }
            }
        }
        return content;
    }

    private static boolean hasTensor(Collection<?> values) {
        return values.stream().anyMatch(TorchTensor.class::isInstance);
    }

    @Override
    public Path file() {
        return file;
    }

    /**
     * The weights by parameter name: those of the dictionary {@code model}, {@code state_dict} or {@code
     * model_state_dict} where the file wraps them, else all; the levels of nested dictionaries joined by dots.
     */
    @Override
    public Map<String, StoredTensor> tensors() {
        return tensors;
    }

    /** Empty: this format has no place for it. */
    @Override
    public Map<String, String> metadata() {
        return Map.of();
    }

    @Override
    public StoredTensor info(String name) {
        var tensor = tensors.getOrDefault(name, everyTensor.get(name));
        if (tensor == null) {
            throw new CheckpointException(
                    file, "has no tensor \"" + name + "\"" + NearestNames.hint(name, tensors.keySet()));
        }
        return tensor;
    }

    @Override
    public ByteBuffer bytes(String name) throws IOException {
        checks.require(file, info(name));
        return Checkpoint.super.bytes(name);
    }

    /**
     * Every tensor of the file, an optimizer's state too, by its path: keys and list indices from the outermost
     * container inwards with a slash between, such as {@code optimizer/state/0/exp_avg}. {@link #bytes} and {@link
     * #floats} take these names as well.
     */
    public Map<String, StoredTensor> everyTensor() {
        return everyTensor;
    }

    /**
     * All that was saved, as {@link org.sola.pickle.Unpickler} gives it: containers, text and numbers, unmodifiable by
     * convention. A tensor among them only marks its place.
     */
    public Object content() {
        return content;
    }
}
