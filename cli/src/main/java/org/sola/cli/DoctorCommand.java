package org.sola.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sola.catalogue.PublishedFile;
import org.sola.tensor.Precision;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sola doctor}: what this machine has and what would run on what. */
@Command(
        name = "doctor",
        description =
                "What is here: Java, engine, device, cores, memory, models; exit status 1 when something is missing.",
        footer = {"", "Examples:", "  sola doctor", "  sola doctor --device gpu --json"})
final class DoctorCommand extends SolaCommand {
    @Mixin
    private EngineOptions engine;

    @Override
    int run(Console console) throws IOException {
        var facts = new LinkedHashMap<String, Object>();
        facts.put("version", Main.VERSION);
        facts.put("home", ProjectHome.path().toString());
        facts.put("java", System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")");
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        facts.put("cores", Runtime.getRuntime().availableProcessors());
        facts.put("memory_bytes", machineMemory());
        facts.put("heap_limit_bytes", Runtime.getRuntime().maxMemory());
        facts.put(
                "free_disk_bytes",
                Files.getFileStore(Path.of("").toAbsolutePath()).getUsableSpace());
        boolean sound = true;
        try {
            var report = Engines.start(engine);
            facts.put("engine", report.engine());
            facts.put("device", report.device().toString());
            facts.put("gpus", report.gpus());
            facts.put("threads", report.threads());
            facts.put("matrix_gflops", report.measureGigaflops());
            facts.put(
                    "bfloat16",
                    Precision.BFLOAT16
                            .refusal(report.device())
                            .map(why -> "no: " + why)
                            .orElse("yes"));
        } catch (IllegalArgumentException e) {
            facts.put("engine", "does not start: " + e.getMessage());
            sound = false;
        } catch (LinkageError e) {
            facts.put("engine", "does not start: its native library does not load: " + e.getMessage());
            sound = false;
        }
        var models = new LinkedHashMap<String, Object>();
        var catalogue = ModelCatalogue.open();
        var incomplete = new LinkedHashMap<String, String>();
        for (var entry : catalogue.entries()) {
            if (entry.checkpoint().isPresent()) {
                models.put(entry.name(), entry.checkpoint().get().toString());
            } else if (entry.place() == ModelCatalogue.Place.HERE) {
                models.put(
                        entry.name(),
                        catalogue.store().folder(entry.published().get()).toString());
            } else {
                missingFiles(catalogue, entry).ifPresent(names -> incomplete.put(entry.name(), names));
            }
        }
        facts.put("models", models);
        facts.put("models_folder", catalogue.store().root().toString());
        incomplete.forEach((name, names) ->
                console.warn(name + " lacks " + names + "; 'sola models fetch " + name + "' brings what is missing"));
        if (models.isEmpty()) {
            sound = false;
        }
        facts.forEach(
                (name, value) -> console.result(String.format(Locale.ROOT, "%-18s %s", name, shown(name, value))));
        if (models.isEmpty()) {
            console.warn("no checkpoint in " + ProjectHome.checkpoints() + "; the shipped ones belong there");
        }
        facts.put("ok", sound);
        console.json(facts);
        return sound ? Failures.DONE : Failures.NOT_ALL_DONE;
    }

    /** What a model lacks of which some files are here. */
    private static Optional<String> missingFiles(ModelCatalogue catalogue, ModelCatalogue.Entry entry) {
        return entry.published().flatMap(model -> {
            var missing = catalogue.store().missing(model);
            return missing.isEmpty() || missing.size() == model.files().size()
                    ? Optional.empty()
                    : Optional.of(String.join(
                            " and ", missing.stream().map(PublishedFile::name).toList()));
        });
    }

    private static String shown(String name, Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.isEmpty()
                    ? "none"
                    : String.join(
                            ", ", map.keySet().stream().map(Object::toString).toList());
        }
        return name.endsWith("_bytes") && value instanceof Long bytes
                ? String.format(Locale.ROOT, "%.1f GB", bytes / 1e9)
                : String.valueOf(value);
    }

    private static long machineMemory() {
        var system = java.lang.management.ManagementFactory.getOperatingSystemMXBean();
        return system instanceof com.sun.management.OperatingSystemMXBean machine ? machine.getTotalMemorySize() : 0;
    }
}
