package org.sola.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.sola.dataset.DatasetCheck;
import org.sola.dataset.DatasetProblem;
import org.sola.dataset.Layout;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The checks of downloaded data sets, one command a layout. */
abstract class DataCheckCommand extends SolaCommand {
    private final Layout layout;

    @Parameters(paramLabel = "DIR", description = "The data set's folder, or one split of it.")
    private Path root;

    @Mixin
    private ThreadOption threads;

    DataCheckCommand(Layout layout) {
        this.layout = layout;
    }

    @Override
    int run(Console console) throws InterruptedException {
        var seen = new AtomicInteger();
        List<DatasetCheck> checks;
        try (var progress = console.counter("data " + layout.command())) {
            checks =
                    DatasetCheck.of(layout, root, threads.count(), video -> progress.at(seen.incrementAndGet(), video));
        }
        var splits = new ArrayList<Map<String, Object>>();
        int problems = 0;
        for (var check : checks) {
            console.result(check.name() + ": " + counts(check));
            check.problems().forEach(problem -> console.result("  " + problem));
            problems += check.problems().size();
            splits.add(document(check));
        }
        console.result(problems == 0 ? "nothing is missing or broken" : problems + " problems");
        console.json(Map.of("splits", splits, "problems", problems));
        return problems == 0 ? Failures.DONE : Failures.NOT_ALL_DONE;
    }

    private static Map<String, Object> document(DatasetCheck check) {
        var document = new LinkedHashMap<String, Object>();
        document.put("split", check.name());
        document.putAll(check.counts());
        document.put(
                "problems",
                check.problems().stream().map(DatasetProblem::toString).toList());
        return document;
    }

    private static String counts(DatasetCheck check) {
        return check.counts().isEmpty()
                ? "nothing could be read"
                : String.join(
                        ", ",
                        check.counts().entrySet().stream()
                                .map(each -> each.getValue() + " " + each.getKey())
                                .toList());
    }
}
