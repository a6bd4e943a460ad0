package org.sola.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.sola.file.Sha256;
import org.sola.tensor.Checkpoint;
import org.sola.tensor.StoredTensor;
import org.sola.tensor.TorchCheckpoint;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sola models}: the models known by name and what checkpoint files hold. */
@Command(
        name = "models",
        description = "The models known by name, and what a checkpoint file holds.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ModelsCommand.ListModels.class,
            ModelsCommand.Show.class,
            ModelsCommand.Verify.class,
            ConvertCommand.class
        },
        footer = {"", "Examples:", "  sola models list", "  sola models show sam2.1_hiera_large.pt"})
final class ModelsCommand extends CommandGroup {

    @Command(
            name = "list",
            description = "Every model by name, whether its weights ship, how large it is.",
            footer = {"", "Examples:", "  sola models list", "  sola models list --json"})
    static final class ListModels extends SolaCommand {
        @Override
        int run(Console console) throws IOException {
            var rows = new ArrayList<Map<String, Object>>();
            console.result(String.format("%-24s %-8s %12s %10s", "name", "weights", "parameters", "bytes"));
            for (var entry : ModelCatalogue.open().entries()) {
                var row = new LinkedHashMap<String, Object>();
                row.put("name", entry.name());
                row.put("ships", entry.checkpoint().isPresent());
                if (entry.checkpoint().isPresent()) {
                    var file = Checkpoint.open(entry.checkpoint().get());
                    row.put("file", file.file().toString());
                    row.put("parameters", parameters(file));
                    row.put("bytes", Files.size(file.file()));
                }
                rows.add(row);
                console.result(String.format(
                        Locale.ROOT,
                        "%-24s %-8s %12s %10s",
                        entry.name(),
                        entry.checkpoint().isPresent() ? "ship" : "yours",
                        row.getOrDefault("parameters", ""),
                        row.getOrDefault("bytes", "")));
            }
            console.json(Map.of("models", rows));
            return Failures.DONE;
        }
    }

    @Command(
            name = "show",
            description = "What a checkpoint holds and which model it is.",
            footer = {
                "",
                "Examples:",
                "  sola models show sam2-nano",
                "  sola models show runs/selector/best.safetensors --json"
            })
    static final class Show extends SolaCommand {
        @Parameters(
                paramLabel = "NAME|FILE",
                description = "A name of 'sola models list' or a .pt, .pth or .safetensors" + " file.")
        private String model;

        @Override
        int run(Console console) throws IOException {
            var catalogue = ModelCatalogue.open();
            var path = catalogue.checkpoint(model);
            var file = Checkpoint.open(path);
            var identity = catalogue.identify(file);
            console.result(path + ": " + identity);
            console.result(String.format(
                    Locale.ROOT,
                    "%d tensors, %,d parameters, %,d bytes",
                    file.tensors().size(),
                    parameters(file),
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
                        .forEach(
                                (name, info) -> console.result("    " + name + " " + info.type() + " " + info.shape()));
            }
            console.json(document(path, file, identity));
            return Failures.DONE;
        }

        /** Tensors of a training's file that are no weights of the model. */
        private static int others(Checkpoint file) {
            return file instanceof TorchCheckpoint torch
                    ? torch.everyTensor().size() - torch.tensors().size()
                    : 0;
        }

        private static Map<String, Object> document(Path path, Checkpoint file, String identity) throws IOException {
            var document = new LinkedHashMap<String, Object>();
            document.put("file", path.toString());
            document.put("model", identity);
            document.put("parameters", parameters(file));
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
            return document;
        }

        /** The first two levels of a parameter's name. */
        private static String part(String name) {
            var levels = name.split("\\.");
            return levels.length <= 2 ? levels[0] : levels[0] + "." + levels[1];
        }
    }

    @Command(
            name = "verify",
            description = "Checks every shipped checkpoint: its sha256, its header, that all values are finite.",
            footer = {"", "Examples:", "  sola models verify", "  sola models verify sam2-nano"})
    static final class Verify extends SolaCommand {
        @Parameters(paramLabel = "NAME", arity = "0..*", description = "The models to check (default: all that ship).")
        private List<String> names = List.of();

        @Override
        int run(Console console) throws IOException {
            var catalogue = ModelCatalogue.open();
            var sums = catalogue.expectedSums();
            var files = new ArrayList<Path>();
            if (names.isEmpty()) {
                catalogue.entries().forEach(entry -> entry.checkpoint().ifPresent(files::add));
                for (String listed : sums.keySet()) {
                    if (!files.contains(catalogue.folder().resolve(listed))) {
                        files.add(catalogue.folder().resolve(listed));
                    }
                }
            } else {
                for (String name : names) {
                    files.add(catalogue.checkpoint(name));
                }
            }
            var rows = new ArrayList<Map<String, Object>>();
            int failed = 0;
            for (var file : files) {
                String problem = problemOf(file, sums.get(file.getFileName().toString()));
                failed += problem.isEmpty() ? 0 : 1;
                rows.add(Map.of("file", file.toString(), "ok", problem.isEmpty(), "problem", problem));
                console.result(file.getFileName() + ": " + (problem.isEmpty() ? "ok" : problem));
            }
            console.result((files.size() - failed) + " sound, " + failed + " not");
            console.json(Map.of("sound", files.size() - failed, "failed", failed, "files", rows));
            return failed == 0 ? Failures.DONE : Failures.NOT_ALL_DONE;
        }

        private static String problemOf(Path file, String expected) {
            try {
                if (!Files.isRegularFile(file)) {
                    return "is missing";
                }
                if (expected == null) {
                    return "is not listed in " + file.resolveSibling("SHA256SUMS");
                }
                String found = Sha256.of(file);
                if (!found.equals(expected)) {
                    return "has sha256 " + found + ", expected " + expected + "; take the file from the project again";
                }
                var tensors = Checkpoint.open(file);
                for (String name : tensors.tensors().keySet()) {
                    for (float value : tensors.floats(name)) {
                        if (!Float.isFinite(value)) {
                            return "tensor \"" + name + "\" has a value that is not finite";
                        }
                    }
                }
                return "";
            } catch (IOException | RuntimeException e) {
                return Failures.messageOf(e);
            }
        }
    }

    static long parameters(Checkpoint file) {
        return file.tensors().values().stream().collect(Collectors.summingLong(StoredTensor::elements));
    }
}
