package org.sola.tensor;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.sola.pickle.PickleWriter;
import org.sola.pickle.Tuple;

/** Writes checkpoints in torch's two containers, right ones and, entry by entry, wrong ones. */
public final class TorchFileWriter {
    private final PickleWriter pickle = new PickleWriter();
    private final Map<String, byte[]> storages = new LinkedHashMap<>();
    private final Map<String, Integer> elementBytes = new LinkedHashMap<>();
    private final Map<String, String> texts = new LinkedHashMap<>(Map.of("version", "3\n", "byteorder", "little"));

    /** The pickle to write to; {@link #tensor} does so itself. */
    public PickleWriter pickle() {
        return pickle;
    }

    /** Opens the dictionary that a test puts its tensors in. */
    public TorchFileWriter dictionary() {
        pickle.global("collections", "OrderedDict").raw(')', 'R', '(');
        return this;
    }

    public TorchFileWriter endDictionary() {
        pickle.raw('u');
        return this;
    }

    /** A storage's bytes. */
    public TorchFileWriter storage(String key, ElementType type, byte[] bytes) {
        storages.put(key, bytes);
        elementBytes.put(key, type.bytes());
        return this;
    }

    /** An entry name and a view of a storage, as {@code torch.save} writes them. */
    public TorchFileWriter tensor(String name, StoredView view, boolean isOld) {
        pickle.value(name).global("torch._utils", "_rebuild_tensor_v2").raw('(', '(');
        pickle.value("storage").global("torch", view.storageClass()).value(view.key());
        pickle.value("cpu").value(view.storageElements());
        if (isOld) {
            pickle.raw('N');
        }
        pickle.raw('t', 'Q').value(view.offset());
        pickle.value(new Tuple(List.copyOf(view.shape()))).value(new Tuple(List.copyOf(view.strides())));
        pickle.value(false).global("collections", "OrderedDict").raw(')', 'R', 't', 'R');
        return this;
    }

    /** What a tensor's line of a pickle says. */
    public record StoredView(
            String storageClass, String key, long storageElements, long offset, List<Long> shape, List<Long> strides) {
        public static StoredView floats(
                String key, long storageElements, long offset, List<Long> shape, List<Long> strides) {
            return new StoredView("FloatStorage", key, storageElements, offset, shape, strides);
        }
    }

    /** Replaces the text of an entry such as {@code byteorder}. */
    public TorchFileWriter text(String entry, String text) {
        texts.put(entry, text);
        return this;
    }

    /** The zip container. */
    public byte[] zip() {
        return zip("archive/", ZipEntry.STORED);
    }

    public byte[] zip(String folder, int method) {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            zip.setMethod(method);
            entry(zip, folder + "data.pkl", pickle.end(), method);
            for (var text : texts.entrySet()) {
                entry(zip, folder + text.getKey(), text.getValue().getBytes(StandardCharsets.UTF_8), method);
            }
            for (var storage : storages.entrySet()) {
                entry(zip, folder + "data/" + storage.getKey(), storage.getValue(), method);
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static void entry(ZipOutputStream zip, String name, byte[] bytes, int method) throws java.io.IOException {
        var entry = new ZipEntry(name);
        if (method == ZipEntry.STORED) {
            var crc = new CRC32();
            crc.update(bytes);
            entry.setCrc(crc.getValue());
            entry.setSize(bytes.length);
        }
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }

    /** The zip container with every size and place in zip64 fields, as files above 4 GiB have them. */
    public byte[] zip64() {
        var entries = new LinkedHashMap<String, byte[]>();
        entries.put("archive/data.pkl", pickle.end());
        storages.forEach((key, bytes) -> entries.put("archive/data/" + key, bytes));
        var out = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        var directory = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        entries.forEach((name, bytes) -> {
            byte[] text = name.getBytes(StandardCharsets.UTF_8);
            directory
                    .putInt(0x02014B50)
                    .putInt(45 << 16 | 45)
                    .putShort((short) 0)
                    .putShort((short) 0);
            directory
                    .putLong(0)
                    .putInt(-1)
                    .putInt(-1)
                    .putShort((short) text.length)
                    .putShort((short) 34);
            directory.putShort((short) 0).putInt(0).putInt(0).putInt(-1).put(text);
            directory.putShort((short) 99).putShort((short) 2).putShort((short) 7); // a field of somebody else
            directory
                    .putShort((short) 1)
                    .putShort((short) 24)
                    .putLong(bytes.length)
                    .putLong(bytes.length);
            directory.putLong(out.position());
            out.putInt(0x04034B50)
                    .put(new byte[22])
                    .putShort((short) text.length)
                    .putShort((short) 5);
            out.put(text).put(new byte[5]).put(bytes);
        });
        long at = out.position();
        out.put(directory.flip());
        long end = out.position();
        out.putInt(0x06064B50).putLong(44).putInt(45 << 16 | 45).putLong(0);
        out.putLong(entries.size()).putLong(entries.size()).putLong(end - at).putLong(at);
        out.putInt(0x07064B50).putInt(0).putLong(end).putInt(1);
        out.putInt(0x06054B50).putInt(0).putInt(-1).putInt(-1).putInt(-1).putShort((short) 0);
        return java.util.Arrays.copyOf(out.array(), out.position());
    }

    /** The container of torch before 1.6. */
    public byte[] old() {
        return old(1001, true);
    }

    public byte[] old(long protocol, boolean isLittleEndian) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(new PickleWriter().value(TorchCheckpoint.OLD_MAGIC).end());
        out.writeBytes(new PickleWriter().value(protocol).end());
        out.writeBytes(new PickleWriter()
                .value(Map.of("little_endian", isLittleEndian))
                .end());
        out.writeBytes(pickle.end());
        out.writeBytes(new PickleWriter().value(List.copyOf(storages.keySet())).end());
        storages.forEach((key, bytes) -> {
            var count = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            count.putLong(0, bytes.length / elementBytes.get(key));
            out.writeBytes(count.array());
            out.writeBytes(bytes);
        });
        return out.toByteArray();
    }
}
