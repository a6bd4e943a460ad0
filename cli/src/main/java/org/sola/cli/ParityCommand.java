package org.sola.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.sola.parity.ParityRow;
import org.sola.parity.ParitySuite;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sola parity}: every network against its reference. */
@Command(
        name = "parity",
        description = {
            "Runs every parity case below a folder: computes what a reference implementation computed and compares.",
            "A row a case: tensors checked, largest error over its tolerance (up to 1 is right)."
        },
        footer = {"", "Examples:", "  sola parity ../shared/parity", "  sola parity ../shared/parity/sam2 --json"})
final class ParityCommand extends SolaCommand {
    @Parameters(paramLabel = "DIR", description = "A folder with parity cases (case.json) at or below it.")
    private Path folder;

    @Mixin
    private EngineOptions engine;

    @Override
    int run(Console console) throws IOException, InterruptedException {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException(folder + " is no folder; give one with parity cases below it");
        }
        var cases = ParitySuite.cases(folder);
        if (cases.isEmpty()) {
            throw new IllegalArgumentException(folder + " has no case.json at or below it");
        }
        var started = Engines.start(engine);
        console.say(cases.size() + " cases on " + started.device() + " with " + started.threads() + " threads");
        var suite = ParitySuite.of(ProjectHome.modelConfigs());
        var rows = new ArrayList<Map<String, Object>>();
        int failed = 0;
        console.result(String.format("%-44s %7s %10s  %s", "case", "tensors", "worst", ""));
        for (var each : cases) {
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped before " + each);
            }
            var row = suite.run(each);
            failed += row.ok() ? 0 : 1;
            console.result(line(row));
            rows.add(document(row));
        }
        console.result((cases.size() - failed) + " passed, " + failed + " failed");
        var document = new LinkedHashMap<String, Object>();
        document.put("passed", cases.size() - failed);
        document.put("failed", failed);
        document.put("cases", rows);
        console.json(document);
        return failed == 0 ? Failures.DONE : Failures.NOT_ALL_DONE;
    }

    private static String line(ParityRow row) {
        String verdict = row.ok() ? "ok" : "FAILED";
        String why = row.message().isEmpty() ? row.ok() ? "" : " at " + row.worstTensor() : ": " + row.message();
        return String.format(
                Locale.ROOT, "%-44s %7d %10.4g  %s%s", row.name(), row.tensors(), row.worst(), verdict, why);
    }

    private static Map<String, Object> document(ParityRow row) {
        var document = new LinkedHashMap<String, Object>();
        document.put("case", row.name());
        document.put("tensors", row.tensors());
        document.put("worst", Double.isFinite(row.worst()) ? (Object) row.worst() : Double.toString(row.worst()));
        document.put("worst_tensor", row.worstTensor());
        document.put("ok", row.ok());
        document.put("message", row.message());
        document.put("seconds", row.seconds());
        return document;
    }
}
