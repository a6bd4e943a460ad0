package org.sola.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.sola.catalogue.Sizes;
import org.sola.tensor.Checkpoint;
import picocli.CommandLine.Command;

/** {@code sola models list}. */
@Command(
        name = "list",
        description = {
            "Every model by name, where its weights are, how large it is.",
            "ship: they come with the project. here: they were fetched. fetch: 'sola models fetch NAME' brings them.",
            "yours: you have to bring them."
        },
        footer = {"", "Examples:", "  sola models list", "  sola models list --json"})
final class ModelsListCommand extends SolaCommand {
    private static final String ROW = "%-28s %-8s %14s  %s";

    @Override
    int run(Console console) throws IOException {
        var rows = new ArrayList<Map<String, Object>>();
        console.result(String.format(ROW, "name", "weights", "size", "what"));
        for (var entry : ModelCatalogue.open().entries()) {
            var row = new LinkedHashMap<String, Object>();
            row.put("name", entry.name());
            row.put("ships", entry.place() == ModelCatalogue.Place.SHIP);
            row.put("weights", entry.place().toString());
            String size = "";
            if (entry.checkpoint().isPresent()) {
                var file = entry.checkpoint().get();
                row.put("file", file.toString());
                row.put("bytes", Files.size(file));
                size = Sizes.of(Files.size(file));
                try {
                    row.put("parameters", ModelsCommand.parameters(Checkpoint.open(file)));
                } catch (IOException | RuntimeException e) {
                    row.put("problem", Failures.messageOf(e));
                    console.warn(Failures.messageOf(e));
                }
            } else if (entry.published().isPresent()) {
                row.put("bytes", entry.published().get().bytes());
                size = entry.published().get().size();
            }
            entry.published().ifPresent(model -> {
                row.put("licence", model.licence());
                row.put("page", model.page());
            });
            rows.add(row);
            console.result(String.format(Locale.ROOT, ROW, entry.name(), entry.place(), size, entry.what())
                    .stripTrailing());
        }
        console.json(Map.of("models", rows));
        return Failures.DONE;
    }
}
