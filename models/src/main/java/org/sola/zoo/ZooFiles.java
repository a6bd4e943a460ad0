package org.sola.zoo;

import ai.djl.repository.zoo.ModelNotFoundException;
import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sola.catalogue.Catalogue;
import org.sola.catalogue.CatalogueModel;
import org.sola.catalogue.ModelStore;

/**
 * Where the zoo's models lie: those that ship below the project's folder, published ones in the user's folder once they
 * were fetched.
 */
final class ZooFiles {
    private static final String HOME = "home";
    private static final String VOCABULARY = "bert-base-uncased";

    private final Path home;

    private ZooFiles(Path home) {
        this.home = home;
    }

    /** The project's folder: the argument {@code home}, else the system property {@code sola.home}, else here. */
    static ZooFiles of(Map<String, ?> arguments) {
        Object given = arguments == null ? null : arguments.get(HOME);
        return new ZooFiles(Path.of(given == null ? System.getProperty("sola.home", "") : given.toString())
                .toAbsolutePath());
    }

    Path home() {
        return home;
    }

    /** Names of published models that a configuration with this beginning reads, and the configuration of each. */
    Map<String, String> published(String configPrefix) {
        var names = new java.util.LinkedHashMap<String, String>();
        var file = home.resolve("checkpoints").resolve(Catalogue.FILE);
        if (Files.isRegularFile(file)) {
            for (var model : Catalogue.read(file).models()) {
                if (model.config().startsWith(configPrefix)) {
                    names.put(model.name(), model.config());
                }
            }
        }
        return names;
    }

    /** The weights of {@code name}. */
    Path checkpoint(String name) throws ModelNotFoundException {
        var folder = home.resolve("checkpoints");
        for (String ending : List.of(".safetensors", ".pt")) {
            if (Files.isRegularFile(folder.resolve(name + ending))) {
                return folder.resolve(name + ending);
            }
        }
        var file = home.resolve("checkpoints").resolve(Catalogue.FILE);
        List<String> tried =
                new ArrayList<>(List.of(folder.resolve(name + ".safetensors") + " is not there, nor " + name + ".pt"));
        if (Files.isRegularFile(file)) {
            var store = ModelStore.open();
            var model = Catalogue.read(file).find(name);
            if (model.isPresent()) {
                var fetched = store.checkpoint(model.get());
                if (fetched.isPresent()) {
                    return fetched.get();
                }
                tried.add("'sola models fetch " + name + "' brings it to " + store.folder(model.get()));
            }
        } else {
            tried.add("give the project's folder by the argument \"home\" or the system property sola.home");
        }
        tried.add("the argument \"checkpoint\" may name a file");
        throw new ModelNotFoundException(String.join("; ", tried));
    }

    /** The folder of the vocabulary that Grounding DINO reads: beside its weights, else the fetched one. */
    Path vocabulary(Path checkpoint) throws FileNotFoundException {
        var beside = checkpoint.toAbsolutePath().getParent();
        for (String name : List.of("tokenizer.json", "vocab.txt")) {
            if (Files.isRegularFile(beside.resolve(name))) {
                return beside;
            }
        }
        var store = ModelStore.open();
        var file = home.resolve("checkpoints").resolve(Catalogue.FILE);
        var model =
                Files.isRegularFile(file) ? Catalogue.read(file).find(VOCABULARY) : Optional.<CatalogueModel>empty();
        if (model.isPresent() && store.holds(model.get())) {
            return store.folder(model.get());
        }
        throw new FileNotFoundException(beside + " has no tokenizer.json and no vocab.txt beside the weights; 'sola"
                + " models fetch " + VOCABULARY + "' brings the vocabulary");
    }

    /** The configuration called {@code config}. */
    Path configuration(String config) {
        return home.resolve("configs/models").resolve(config + ".yaml");
    }
}
