package org.sola.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sola.catalogue.CatalogueModel;
import org.sola.catalogue.FetchListener;
import org.sola.catalogue.FetchedFile;
import org.sola.catalogue.Fetcher;
import org.sola.catalogue.ModelStore;
import org.sola.catalogue.PublishedFile;
import org.sola.catalogue.Sizes;
import org.sola.catalogue.Statement;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sola models fetch}: the only command that opens a connection. */
@Command(
        name = "fetch",
        description = {
            "Downloads published weights from their authors, and checks them; the only command that opens a connection.",
            "What broke off goes on when the command is given again. Proxies are those of Java's properties or of",
            "https_proxy, http_proxy and no_proxy. Without a network, put the files that the message names where it says,",
            "or into a folder for --from, and give the command again: it checks them."
        },
        footer = {
            "",
            "Examples:",
            "  sola models fetch sam2.1-hiera-tiny",
            "  sola models fetch sam2-hiera-large all-roberta-large-v1 --from /media/stick/models"
        })
final class ModelsFetchCommand extends SolaCommand {
    @Parameters(paramLabel = "NAME", arity = "1..*", description = "Models of 'sola models list'.")
    private List<String> names;

    @Option(
            names = "--from",
            paramLabel = "DIR|URL",
            description = "A folder or a mirror that has the files, in NAME/ or at its top (default: the authors).")
    private Optional<String> from;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Where they go, a folder a model (default: models/ in SOLA_HOME, or in the user's cache folder,"
                            + " where --model NAME finds them).")
    private Optional<Path> out;

    @Override
    int run(Console console) throws IOException, InterruptedException {
        requireFolder();
        var catalogue = ModelCatalogue.open();
        var models = new ArrayList<CatalogueModel>();
        for (String name : names) {
            models.add(catalogue.published(name));
        }
        var store = out.map(ModelStore::in).orElseGet(ModelStore::open);
        long start = System.nanoTime();
        var rows = new ArrayList<Map<String, Object>>();
        int files = 0;
        for (var model : models) {
            console.say("fetching " + model.name() + " (" + model.size() + ", licence " + model.licence() + ", see "
                    + model.page() + ") into " + store.folder(model));
            List<FetchedFile> fetched;
            try (var listener = new Listener(console)) {
                fetched = Fetcher.of(store, from, listener).fetch(model);
            }
            fetched.forEach(file -> console.result(line(file)));
            files += fetched.size();
            rows.add(row(store, model, fetched));
        }
        console.result(String.format(
                Locale.ROOT,
                "%d files of %d models are here and checked, %.1f s",
                files,
                models.size(),
                (System.nanoTime() - start) / 1e9));
        console.json(Map.of("models", rows));
        return Failures.DONE;
    }

    private void requireFolder() {
        String place = from.orElse("http://");
        if (!place.startsWith("http://") && !place.startsWith("https://") && !Files.isDirectory(Path.of(place))) {
            throw new IllegalArgumentException("--from " + place + " is neither a folder nor an http or https address");
        }
    }

    private static String line(FetchedFile file) {
        String sure =
                switch (file.stated()) {
                    case AUTHORS -> "as its authors say";
                    case COPIES -> "as public copies of it have it";
                    case NOBODY -> "nobody says what it should be; it is held to from here on";
                };
        return file.file() + " " + Sizes.of(file.bytes()) + (file.isNew() ? "" : ", was here") + ", sha256 "
                + file.sha256().substring(0, 12) + "..., " + sure;
    }

    private static Map<String, Object> row(ModelStore store, CatalogueModel model, List<FetchedFile> fetched) {
        var row = new LinkedHashMap<String, Object>();
        row.put("name", model.name());
        row.put("folder", store.folder(model).toString());
        row.put("licence", model.licence());
        row.put(
                "files",
                fetched.stream()
                        .map(file -> {
                            var one = new LinkedHashMap<String, Object>();
                            one.put("file", file.file().toString());
                            one.put("bytes", file.bytes());
                            one.put("sha256", file.sha256());
                            one.put("new", file.isNew());
                            one.put("hash_known_before", file.stated() != Statement.NOBODY);
                            return one;
                        })
                        .toList());
        return row;
    }

    /** Shows a fetch on the console: a bar a file, counted in bytes. */
    private static final class Listener implements FetchListener, AutoCloseable {
        private final Console console;
        private Progress progress = Progress.silent();
        private String name = "";
        private long total = -1;

        Listener(Console console) {
            this.console = console;
        }

        @Override
        public void begins(PublishedFile file, String source) {
            close();
            name = file.name();
            console.say("  " + file.name() + " from " + source);
        }

        @Override
        public void arrived(long done, long size) {
            if (size != total) {
                progress.close();
                total = size;
                progress = size == 0 ? console.counter(name) : console.progress(name, size);
            }
            progress.at(done, Sizes.of(done));
        }

        @Override
        public void remark(String line) {
            console.say("  " + line);
        }

        @Override
        public void close() {
            progress.close();
            progress = Progress.silent();
            total = -1;
        }
    }
}
