package org.sola.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sola.catalogue.Fetcher;
import org.sola.file.Sha256;
import org.sola.tensor.Checkpoint;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sola models verify}. */
@Command(
        name = "verify",
        description = {
            "Checks the checkpoints that are here.",
            "Of those that ship: sha256, header, that all values are finite. Of fetched ones: that no file is missing,",
            "size and sha256 as published, else as they were when first seen, and the header. Of any other file: header,",
            "the checksums in a .pt archive, and that no value is NaN."
        },
        footer = {
            "",
            "Examples:",
            "  sola models verify",
            "  sola models verify sam2.1-nano",
            "  sola models verify mine.pt"
        })
final class ModelsVerifyCommand extends SolaCommand {
    @Parameters(
            paramLabel = "NAME|FILE",
            arity = "0..*",
            description = "The models to check (default: all that ship or were fetched).")
    private List<String> names = List.of();

    @Override
    int run(Console console) throws IOException {
        var catalogue = ModelCatalogue.open();
        var problems = new LinkedHashMap<Path, String>();
        if (names.isEmpty()) {
            for (var entry : catalogue.entries()) {
                if (entry.checkpoint().isPresent()) {
                    verify(catalogue, entry, problems);
                }
            }
            for (String listed : catalogue.expectedSums().keySet()) {
                problems.putIfAbsent(catalogue.folder().resolve(listed), "is missing");
            }
        } else {
            for (String name : names) {
                if (ModelCatalogue.isFile(name)) {
                    problems.put(Path.of(name), problemOfFile(catalogue, Path.of(name)));
                } else {
                    verify(catalogue, catalogue.entry(name), problems);
                }
            }
        }
        var rows = new ArrayList<Map<String, Object>>();
        problems.forEach((file, problem) -> {
            rows.add(Map.of("file", file.toString(), "ok", problem.isEmpty(), "problem", problem));
            console.result(file.getFileName() + ": " + (problem.isEmpty() ? "ok" : problem));
        });
        long failed =
                problems.values().stream().filter(problem -> !problem.isEmpty()).count();
        console.result((problems.size() - failed) + " sound, " + failed + " not");
        console.json(Map.of("sound", problems.size() - failed, "failed", failed, "files", rows));
        return failed == 0 ? Failures.DONE : Failures.NOT_ALL_DONE;
    }

    private static void verify(ModelCatalogue catalogue, ModelCatalogue.Entry entry, Map<Path, String> problems)
            throws IOException {
        if (entry.place() == ModelCatalogue.Place.SHIP || entry.published().isEmpty()) {
            var file = catalogue.checkpoint(entry.name());
            problems.put(file, problemOf(file, sumOf(catalogue, file)));
            return;
        }
        var model = entry.published().get();
        var store = catalogue.store();
        var found = Fetcher.verify(store, model);
        for (var file : model.files()) {
            String problem = found.get(file.name());
            boolean isCheckpoint =
                    file.equals(model.checkpoint()) && !model.config().isEmpty();
            if (problem.isEmpty() && isCheckpoint) {
                problem = headerProblem(store.file(model, file));
            }
            problems.put(store.file(model, file), problem);
        }
    }

    /** Null where the file is not listed. */
    private static String sumOf(ModelCatalogue catalogue, Path file) throws IOException {
        return catalogue.expectedSums().get(file.getFileName().toString());
    }

    private static String headerProblem(Path file) {
        try {
            Checkpoint.open(file);
            return "";
        } catch (IOException | RuntimeException e) {
            return Failures.messageOf(e);
        }
    }

    /** A file of the project's folder must be as it ships; of any other nothing is known but what it says itself. */
    private static String problemOfFile(ModelCatalogue catalogue, Path file) throws IOException {
        if (Files.isRegularFile(file) && Files.isSameFile(file.toAbsolutePath().getParent(), catalogue.folder())) {
            return problemOf(file, sumOf(catalogue, file));
        }
        try {
            return Files.isRegularFile(file) ? problemOfValues(file, value -> !Float.isNaN(value)) : "is missing";
        } catch (IOException | RuntimeException e) {
            return Failures.messageOf(e);
        }
    }

    @FunctionalInterface
    private interface Sound {
        boolean isSound(float value);
    }

    private static String problemOfValues(Path file, Sound sound) throws IOException {
        var tensors = Checkpoint.open(file);
        for (String name : tensors.tensors().keySet()) {
            for (float value : tensors.floats(name)) {
                if (!sound.isSound(value)) {
                    return "tensor \"" + name + "\" has the value " + value;
                }
            }
        }
        return "";
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
            return problemOfValues(file, Float::isFinite);
        } catch (IOException | RuntimeException e) {
            return Failures.messageOf(e);
        }
    }
}
