package org.sola.catalogue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings published models onto this machine: from their authors, from a mirror or from a folder. A file that is in its
 * place is whole and has the hash that the catalogue or the lock file says. Several processes may fetch the same model;
 * one does it, the others wait. Nothing else in the program opens a connection.
 */
public final class Fetcher {
    private static final String DELETE = "delete it and fetch it again";

    private final ModelStore store;
    private final Optional<String> from;
    private final FetchListener listener;
    private final HttpClient client;
    private final Download.Limits limits;
    private final Download.Disk disk;

    private Fetcher(
            ModelStore store,
            Optional<String> from,
            FetchListener listener,
            HttpClient client,
            Download.Limits limits,
            Download.Disk disk) {
        this.store = store;
        this.from = from;
        this.listener = listener;
        this.client = client;
        this.limits = limits;
        this.disk = disk;
    }

    /** @param from a folder or the address of a mirror, with the files in {@code NAME/} or at its top; else the authors */
    public static Fetcher of(ModelStore store, Optional<String> from, FetchListener listener) {
        return of(store, from, listener, System.getenv(), Download.Limits.USUAL, Download.Disk.REAL);
    }

    static Fetcher of(
            ModelStore store,
            Optional<String> from,
            FetchListener listener,
            Map<String, String> environment,
            Download.Limits limits,
            Download.Disk disk) {
        return new Fetcher(store, from, listener, Web.client(environment), limits, disk);
    }

    /** Brings what is missing of {@code model} and checks every file of it. */
    @SuppressWarnings("try") // the lock is held, not used
    public List<FetchedFile> fetch(CatalogueModel model) throws IOException, InterruptedException {
        var folder = store.folder(model);
        try (var lock = FolderLock.take(
                folder, () -> listener.remark("another process fetches " + model.name() + "; waiting for it"))) {
            var files = new ArrayList<FetchedFile>();
            for (var file : model.files()) {
                var place = store.file(model, file);
                boolean isNew = !Files.exists(place);
                String sha256 = isNew
                        ? bring(model, file, PartFile.of(place))
                        : new FileCheck(store, model).require(file, place, DELETE);
                store.record(model, file.name(), sha256);
                files.add(new FetchedFile(place, Files.size(place), sha256, isNew, file.stated()));
            }
            return List.copyOf(files);
        }
    }

    /** Checks the files of {@code model} that are here, without a connection; an empty text a file that is sound. */
    public static Map<String, String> verify(ModelStore store, CatalogueModel model) throws IOException {
        var problems = new LinkedHashMap<String, String>();
        for (var file : model.files()) {
            var place = store.file(model, file);
            String problem = "";
            if (!Files.isRegularFile(place)) {
                problem = place + " is missing; 'sola models fetch " + model.name() + "' brings it";
            } else {
                try {
                    new FileCheck(store, model).require(file, place, DELETE);
                } catch (IOException e) {
                    problem = e.getMessage();
                }
            }
            problems.put(file.name(), problem);
        }
        return problems;
    }

    /** Brings a file into its place; returns its sha256. */
    private String bring(CatalogueModel model, PublishedFile file, PartFile part)
            throws IOException, InterruptedException {
        if (from.isPresent() && !Web.isWeb(from.get())) {
            copy(model, file, Path.of(from.get()), part);
            return finish(model, file, part, "");
        }
        var failures = new StringBuilder();
        for (String url : sources(model, file)) {
            listener.begins(file, url);
            try {
                new Download(client, limits, disk, listener).fetch(URI.create(url), part, file);
                return finish(model, file, part, " from " + url);
            } catch (Download.DiskException e) {
                throw new IOException(e.getMessage(), e); // no other address would help
            } catch (IOException e) {
                String reason = e.getMessage();
                failures.append(String.format("%n  %s: %s", url, reason));
            }
        }
        throw new IOException(model.name() + ": " + file.name() + " could not be fetched" + failures
                + String.format("%nIf this machine has no network, ") + store.instructions(model)
                + String.format("%nand give the same command again, which checks them; or give --from a folder or a"
                        + " mirror that has them. A proxy is taken from https_proxy."));
    }

    private List<String> sources(CatalogueModel model, PublishedFile file) throws IOException {
        if (from.isPresent()) {
            String base = from.get().replaceFirst("/+$", "");
            return List.of(base + "/" + model.name() + "/" + file.name(), base + "/" + file.name());
        }
        if (file.urls().isEmpty()) {
            throw new IOException(model.name() + ": its authors do not publish " + file.name() + " (see "
                    + model.page() + "); if you have it, " + store.instructions(model)
                    + String.format("%nand give the same command again, or give --from FOLDER"));
        }
        return file.urls();
    }

    private void copy(CatalogueModel model, PublishedFile file, Path folder, PartFile part)
            throws IOException, InterruptedException {
        var places = List.of(folder.resolve(model.name()).resolve(file.name()), folder.resolve(file.name()));
        var source = places.stream().filter(Files::isRegularFile).findFirst();
        if (source.isEmpty()) {
            throw new IOException(
                    "--from " + folder + " has neither " + model.name() + "/" + file.name() + " nor " + file.name());
        }
        listener.begins(file, source.get().toString());
        part.discard();
        long total = Files.size(source.get());
        try (var in = Files.newInputStream(source.get());
                var out = disk.open(part, false)) {
            var buffer = new byte[1 << 16];
            long done = 0;
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                var bytes = ByteBuffer.wrap(buffer, 0, n);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                done += n;
                listener.arrived(done, total);
                if (Thread.interrupted()) {
                    throw new InterruptedException("stopped in the middle of " + file.name());
                }
            }
        } catch (IOException e) {
            part.discard();
            throw new IOException("cannot copy " + source.get() + " to " + part.path() + ": " + e.getMessage(), e);
        }
    }

    /** Checks what came, then puts it in its place; what is wrong is not kept. Returns its sha256. */
    private String finish(CatalogueModel model, PublishedFile file, PartFile part, String origin) throws IOException {
        String sha256;
        try {
            sha256 = new FileCheck(store, model).require(file, part.path(), "it was not kept" + origin);
        } catch (IOException e) {
            part.discard();
            throw e;
        }
        part.finish();
        return sha256;
    }
}
