package org.sola.tensor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sola.pickle.PickleException;
import org.sola.pickle.Unpickler;

/**
 * The zip container of torch 1.6 and later: below one folder {@code data.pkl}, the storages {@code data/KEY}, {@code
 * byteorder} and {@code version}, all stored as they are.
 */
final class TorchArchive {
    /** The newest version of the container that torch writes (caffe2's {@code kMaxSupportedFileFormatVersion}). */
    private static final int NEWEST_VERSION = 10;

    private final TorchFile file;
    private final String folder;
    private final Map<String, ZipDirectory.Entry> entries;

    private TorchArchive(TorchFile file, String folder, Map<String, ZipDirectory.Entry> entries) {
        this.file = file;
        this.folder = folder;
        this.entries = entries;
    }

    static TorchCheckpoint.Container read(TorchFile file) throws IOException {
        var entries = ZipDirectory.read(file);
        List<String> pickles = entries.keySet().stream()
                .filter(name -> name.endsWith("/data.pkl") && name.indexOf('/') == name.lastIndexOf('/'))
                .toList();
        if (pickles.size() != 1) {
            throw new CheckpointException(
                    file.path(),
                    "is a zip archive with " + pickles.size() + " entries FOLDER/data.pkl, one is expected; it is not"
                            + " a checkpoint of torch");
        }
        String folder = pickles.get(0).substring(0, pickles.get(0).length() - "data.pkl".length());
        return new TorchArchive(file, folder, entries).read();
    }

    private TorchCheckpoint.Container read() throws IOException {
        String order = text("byteorder", "little");
        if (!order.equals("little")) {
            throw new CheckpointException(
                    file.path(),
                    "was written in the byte order \"" + order + "\", only little is read; save it again on another"
                            + " machine");
        }
        String version = text("version", "");
        if (version.matches("\\d+") && (version.length() > 4 || Integer.parseInt(version) > NEWEST_VERSION)) {
            throw new CheckpointException(
                    file.path(),
                    "is of the container's version " + version + ", " + NEWEST_VERSION
                            + " is the newest known here; save it with an older torch");
        }
        var names = new TorchNames();
        var pickle = entries.get(folder + "data.pkl");
        pickle.requireSound(file, folder + "data.pkl");
        Object content;
        try {
            content = Unpickler.read(file.map(pickle.position(), pickle.bytes()), names);
        } catch (PickleException e) {
            throw new CheckpointException(file.path(), "(" + folder + "data.pkl), " + e.getMessage());
        }
        var positions = new HashMap<String, Long>();
        var used = new HashMap<String, ZipDirectory.Entry>();
        for (var storage : names.storages().values()) {
            var entry = entry(storage);
            positions.put(storage.key(), entry.position());
            used.put(name(storage), entry);
        }
        return new TorchCheckpoint.Container(content, positions, pickle.bytes(), new StorageChecks(used));
    }

    private String name(TorchStorage storage) {
        return folder + "data/" + storage.key();
    }

    private ZipDirectory.Entry entry(TorchStorage storage) {
        String name = name(storage);
        var entry = entries.get(name);
        if (entry == null) {
            throw new CheckpointException(file.path(), "has no entry " + name + ", which its tensors need");
        }
        if (entry.bytes() < storage.requiredBytes()) {
            throw new CheckpointException(
                    file.path(),
                    "has " + entry.bytes() + " bytes in " + name + ", its tensors need " + storage.requiredBytes()
                            + " (" + storage.elements() + " elements of " + storage.type() + "); it is damaged");
        }
        return entry;
    }

    /** A short entry's text, {@code absent} if there is none. */
    private String text(String name, String absent) throws IOException {
        var entry = entries.get(folder + name);
        if (entry == null) {
            return absent;
        }
        if (entry.bytes() > 64) {
            throw new CheckpointException(file.path(), "has " + entry.bytes() + " bytes in " + folder + name);
        }
        entry.requireSound(file, folder + name);
        var bytes = file.read(entry.position(), (int) entry.bytes(), folder + name);
        return StandardCharsets.UTF_8.decode(bytes).toString().strip();
    }
}
