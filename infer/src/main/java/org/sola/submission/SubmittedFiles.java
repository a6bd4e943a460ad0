package org.sola.submission;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.ZipFile;

/** The files of a submission by their names, in a zip or a folder. */
interface SubmittedFiles extends AutoCloseable {
    /** No mask comes near it; more of one file is not read into memory. */
    int MOST_BYTES = 64 << 20;

    /** Every file but those the program keeps for itself. */
    Set<String> names();

    /** The content of one of them. */
    byte[] read(String name) throws IOException;

    @Override
    void close() throws IOException;

    /** Opens a zip, or a folder. */
    static SubmittedFiles open(Path path) throws IOException {
        return Files.isDirectory(path) ? new Folder(path) : new Zip(path);
    }

    /** Files below a folder. */
    record Folder(Path root) implements SubmittedFiles {
        @Override
        public Set<String> names() {
            var names = new HashSet<String>();
            try (var below = Files.walk(root)) {
                below.filter(Files::isRegularFile)
                        .map(file -> root.relativize(file).toString().replace('\\', '/'))
                        .filter(name -> !name.startsWith(".sola/"))
                        .forEach(names::add);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            return names;
        }

        @Override
        public byte[] read(String name) throws IOException {
            try (var in = Files.newInputStream(root.resolve(name))) {
                return in.readNBytes(MOST_BYTES);
            }
        }

        @Override
        public void close() {}
    }

    /** Entries of an archive; folders in it are no files. */
    final class Zip implements SubmittedFiles {
        private final ZipFile zip;

        Zip(Path file) throws IOException {
            try {
                zip = new ZipFile(file.toFile());
            } catch (IOException e) {
                throw new IOException(
                        file + " is neither a folder nor a zip archive that can be read (" + e.getMessage() + ")");
            }
        }

        @Override
        public Set<String> names() {
            var names = new HashSet<String>();
            zip.stream().filter(entry -> !entry.isDirectory()).forEach(entry -> names.add(entry.getName()));
            return names;
        }

        @Override
        public byte[] read(String name) throws IOException {
            try (var in = zip.getInputStream(zip.getEntry(name))) {
                return in.readNBytes(MOST_BYTES);
            }
        }

        @Override
        public void close() throws IOException {
            zip.close();
        }
    }
}
