package org.sola.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.sola.dataset.DatasetException;
import org.sola.dataset.MevisDataset;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sola data}: generating and checking data sets. */
@Command(
        name = "data",
        description = "Generates the synthetic data set; checks downloaded ones.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {DataCommand.Mevis.class},
        footer = {"", "Examples:", "  sola data demo --out demo --videos 40", "  sola data mevis ~/data/mevis"})
final class DataCommand extends CommandGroup {

    @Command(
            name = "mevis",
            description = {
                "Checks a data set in the MeViS layout: what is there, what is missing or broken.",
                "Exit status 1 when something is."
            },
            footer = {"", "Examples:", "  sola data mevis ~/data/mevis", "  sola data mevis demo/valid --decode --json"
            })
    static final class Mevis extends SolaCommand {
        @Parameters(paramLabel = "DIR", description = "A split, or the folder of the splits.")
        private Path root;

        @Option(names = "--decode", description = "Decode every frame, not only the first of each video.")
        private boolean decode;

        @Override
        int run(Console console) throws IOException, InterruptedException {
            if (!Files.isDirectory(root)) {
                throw new IllegalArgumentException(root + " is no folder");
            }
            var splits = MevisCheck.splits(root);
            if (splits.isEmpty()) {
                throw new IllegalArgumentException(root + " has no meta_expressions.json, nor has a folder in it;"
                        + " expected the MeViS layout (JPEGImages/, meta_expressions.json, mask_dict.json)");
            }
            var reports = new ArrayList<Map<String, Object>>();
            int problems = 0;
            for (var split : splits) {
                MevisCheck.Report report;
                try (var progress = console.progress(
                        split.toString(), MevisDataset.open(split).videos().size())) {
                    report = MevisCheck.check(split, decode, done -> progress.at(done, ""));
                } catch (DatasetException e) {
                    report = new MevisCheck.Report(
                            split.getFileName().toString(), Map.of(), false, java.util.List.of(e.getMessage()));
                }
                console.result(report.name() + ": " + counts(report) + (report.hasMasks() ? "" : "; no masks"));
                report.problems().forEach(problem -> console.result("  " + problem));
                problems += report.problems().size();
                reports.add(report.document());
            }
            console.result(problems == 0 ? "nothing is missing or broken" : problems + " problems");
            console.json(Map.of("splits", reports, "problems", problems));
            return problems == 0 ? Failures.DONE : Failures.NOT_ALL_DONE;
        }

        private static String counts(MevisCheck.Report report) {
            return String.join(
                    ", ",
                    report.counts().entrySet().stream()
                            .map(each -> each.getValue() + " " + each.getKey())
                            .toList());
        }
    }
}
