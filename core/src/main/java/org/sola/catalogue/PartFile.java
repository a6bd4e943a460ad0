package org.sola.catalogue;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.sola.file.AtomicFile;

/**
 * The beginning of a file that is on its way, kept beside the place of the whole one, with a note on what it is the
 * beginning of.
 */
final class PartFile {
    private final Path target;
    private final Path part;
    private final Path note;

    private PartFile(Path target) {
        this.target = target;
        this.part = target.resolveSibling(target.getFileName() + ".part");
        this.note = target.resolveSibling(target.getFileName() + ".part.source");
    }

    static PartFile of(Path target) {
        return new PartFile(target);
    }

    /**
     * What the part was read from.
     *
     * @param url the address that was asked
     * @param validator the server's entity tag or date of that version; empty where it gives none
     */
    record Source(String url, String validator) {}

    Path path() {
        return part;
    }

    long size() throws IOException {
        return Files.exists(part) ? Files.size(part) : 0;
    }

    /** Where the part comes from; empty texts where nothing is known. */
    Source source() throws IOException {
        List<String> lines = Files.isRegularFile(note) ? Files.readAllLines(note) : List.of();
        return lines.size() == 2 ? new Source(lines.get(0), lines.get(1)) : new Source("", "");
    }

    void setSource(Source source) throws IOException {
        AtomicFile.write(
                note,
                out -> out.write((source.url() + "\n" + source.validator() + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    /** Opens it to write on, or from the beginning. */
    WritableByteChannel open(boolean isAppended) throws IOException {
        return Files.newByteChannel(
                part,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                isAppended ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING);
    }

    void discard() throws IOException {
        Files.deleteIfExists(part);
        Files.deleteIfExists(note);
    }

    /** Makes it the whole file. */
    void finish() throws IOException {
        try (var channel = java.nio.channels.FileChannel.open(part, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(note);
    }
}
