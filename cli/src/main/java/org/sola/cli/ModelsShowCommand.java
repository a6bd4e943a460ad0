package org.sola.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sola.catalogue.CatalogueModel;
import org.sola.catalogue.ModelStore;
import org.sola.tensor.Checkpoint;
import org.sola.tensor.TorchCheckpoint;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sola models show}. */
@Command(
        name = "show",
        description = "What a checkpoint holds and which model it is; of published ones also where they come from.",
        footer = {
            "",
            "Examples:",
            "  sola models show sam2.1-nano",
            "  sola models show all-roberta-large-v1",
            "  sola models show runs/selector/best.safetensors --json"
        })
final class ModelsShowCommand extends SolaCommand {
    @Parameters(
            paramLabel = "NAME|FILE",
            description = "A name of 'sola models list' or a .pt, .pth or .safetensors" + " file.")
    private String model;

    @Override
    int run(Console console) throws IOException {
        var catalogue = ModelCatalogue.open();
        var published = ModelCatalogue.isFile(model)
                ? Optional.<CatalogueModel>empty()
                : catalogue.entry(model).published();
        var document = new LinkedHashMap<String, Object>();
        if (published.isPresent()) {
            showPublished(console, catalogue.store(), published.get(), document);
        }
        if (published.isEmpty() || catalogue.readable(published.get()).isPresent()) {
            showContent(console, catalogue, catalogue.checkpoint(model), document);
        }
        console.json(document);
        return Failures.DONE;
    }

    private static void showPublished(
            Console console, ModelStore store, CatalogueModel model, Map<String, Object> document) {
        console.result(model.name() + ": " + model.what());
        console.result("  licence " + model.licence() + ", see " + model.page());
        if (!model.note().isEmpty()) {
            console.result("  " + model.note());
        }
        console.result("  read by "
                + (model.config().isEmpty() ? "no command yet" : "configs/models/" + model.config() + ".yaml")
                + "; kept in " + store.folder(model));
        var missing = store.missing(model);
        var files = new java.util.ArrayList<Map<String, Object>>();
        for (var file : model.files()) {
            boolean isHere = !missing.contains(file);
            console.result("  " + file.name() + ", " + file.size() + (isHere ? ", here" : ", not here"));
            file.urls().forEach(url -> console.result("    from " + url));
            if (file.urls().isEmpty()) {
                console.result("    its authors do not publish it");
            }
            String hash = !file.sha256().isEmpty() ? "sha256 " + file.sha256() : "md5 " + file.md5();
            console.result("    "
                    + switch (file.stated()) {
                        case AUTHORS -> hash + ", its authors say";
                        case COPIES -> hash + ", public copies of it have";
                        case NOBODY -> "nobody says its hash; that of the first download is held to";
                    });
            var row = new LinkedHashMap<String, Object>();
            row.put("name", file.name());
            row.put("urls", file.urls());
            row.put("bytes", file.bytes());
            row.put("exact", file.exact());
            row.put("sha256", file.sha256());
            row.put("md5", file.md5());
            row.put("stated", file.stated().name().toLowerCase(Locale.ROOT));
            row.put("here", isHere);
            files.add(row);
        }
        document.put("name", model.name());
        document.put("what", model.what());
        document.put("licence", model.licence());
        document.put("page", model.page());
        document.put("config", model.config());
        document.put("folder", store.folder(model).toString());
        document.put("files", files);
    }

    private void showContent(Console console, ModelCatalogue catalogue, Path path, Map<String, Object> document)
            throws IOException {
        var file = Checkpoint.open(path);
        var identity = catalogue.identify(file);
        console.result(path + ": " + identity);
        console.result(String.format(
                Locale.ROOT,
                "%d tensors, %,d parameters, %,d bytes",
                file.tensors().size(),
                ModelsCommand.parameters(file),
                Files.size(path)));
        int others = others(file);
        if (others > 0) {
            console.result("  beside the model's: " + others + " tensors, such as an optimizer's");
        }
        file.metadata().forEach((key, value) -> console.result("  " + key + ": " + value));
        var parts = new TreeMap<String, long[]>();
        file.tensors().forEach((name, info) -> {
            var sums = parts.computeIfAbsent(part(name), key -> new long[2]);
            sums[0]++;
            sums[1] += info.elements();
        });
        parts.forEach((part, sums) -> console.result(
                String.format(Locale.ROOT, "  %-56s %5d tensors %,14d parameters", part, sums[0], sums[1])));
        if (output.verbose) {
            file.tensors()
                    .forEach((name, info) -> console.result("    " + name + " " + info.type() + " " + info.shape()));
        }
        describe(path, file, identity, document);
    }

    /** Tensors of a training's file that are no weights of the model. */
    private static int others(Checkpoint file) {
        return file instanceof TorchCheckpoint torch
                ? torch.everyTensor().size() - torch.tensors().size()
                : 0;
    }

    private static void describe(Path path, Checkpoint file, String identity, Map<String, Object> document)
            throws IOException {
        document.put("file", path.toString());
        document.put("model", identity);
        document.put("parameters", ModelsCommand.parameters(file));
        document.put("bytes", Files.size(path));
        document.put("other_tensors", others(file));
        document.put("metadata", file.metadata());
        document.put(
                "tensors",
                file.tensors().entrySet().stream()
                        .map(tensor -> {
                            var row = new LinkedHashMap<String, Object>();
                            row.put("name", tensor.getKey());
                            row.put("type", tensor.getValue().type().toString());
                            row.put("shape", tensor.getValue().shape());
                            return row;
                        })
                        .toList());
    }

    /** The first two levels of a parameter's name. */
    private static String part(String name) {
        var levels = name.split("\\.");
        return levels.length <= 2 ? levels[0] : levels[0] + "." + levels[1];
    }
}
