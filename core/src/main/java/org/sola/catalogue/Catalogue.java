package org.sola.catalogue;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sola.config.Configs;
import org.sola.tensor.NearestNames;

/** The published models that the program can use, as {@code checkpoints/catalogue.yaml} lists them. */
public final class Catalogue {
    /** Its name in the folder of the checkpoints that ship. */
    public static final String FILE = "catalogue.yaml";

    private final Path file;
    private final List<CatalogueModel> models;

    private Catalogue(Path file, List<CatalogueModel> models) {
        this.file = file;
        this.models = models;
    }

    /** The whole file. */
    record Document(List<CatalogueModel> models) {
        Document {
            var names = new HashSet<String>();
            for (var model : models) {
                if (!names.add(model.name())) {
                    throw new IllegalArgumentException("two models are called \"" + model.name() + "\"");
                }
            }
        }
    }

    /** Reads {@code file}; a key that is missing, unknown or of another type is an error that names it. */
    public static Catalogue read(Path file) {
        return new Catalogue(
                file, Configs.load(Document.class, List.of(file), Map.of()).models());
    }

    /** Where it was read. */
    public Path file() {
        return file;
    }

    /** All models in the file's order. */
    public List<CatalogueModel> models() {
        return models;
    }

    public Optional<CatalogueModel> find(String name) {
        return models.stream().filter(model -> model.name().equals(name)).findFirst();
    }

    /** The model called {@code name}. */
    public CatalogueModel model(String name) {
        return find(name).orElseThrow(() -> {
            var names = models.stream().map(CatalogueModel::name).toList();
            return new IllegalArgumentException("no published model is called \"" + name + "\""
                    + NearestNames.hint(name, names) + "; " + file + " knows " + String.join(", ", names));
        });
    }
}
