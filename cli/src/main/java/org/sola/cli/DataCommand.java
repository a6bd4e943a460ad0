package org.sola.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.sola.dataset.DatasetCheck;
import org.sola.dataset.DatasetProblem;
import org.sola.demo.DemoDataset;
import org.sola.demo.SceneConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sola data}: generating and checking data sets. */
@Command(
        name = "data",
        description = "Generates the synthetic data set; checks downloaded ones.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {DataCommand.Demo.class, DataCommand.Mevis.class},
        footer = {"", "Examples:", "  sola data demo --out demo --videos 40", "  sola data mevis ~/data/mevis"})
final class DataCommand extends CommandGroup {

    @Command(
            name = "demo",
            description = {
                "Generates a split of referring videos whose truth is known: OUT/SPLIT in the MeViS layout.",
                "The same seed gives the same bytes; stopped, it goes on where it was."
            },
            footer = {
                "",
                "Examples:",
                "  sola data demo --out demo --videos 200 --split train",
                "  sola data demo --out demo --videos 40 --split valid --seed 7"
            })
    static final class Demo extends SolaCommand {
        @Option(names = "--out", required = true, paramLabel = "DIR", description = "The folder of the splits.")
        private Path out;

        @Option(
                names = "--videos",
                paramLabel = "K",
                defaultValue = "20",
                description = "How many (default: ${DEFAULT-VALUE}).")
        private int videos;

        @Option(
                names = "--split",
                paramLabel = "train|valid",
                defaultValue = "train",
                description = "Its name; splits share no scene (default: ${DEFAULT-VALUE}).")
        private String split;

        @Option(
                names = "--richness",
                paramLabel = "N",
                defaultValue = "1",
                description = "N times as many expressions a video, as far as there is more to say: for training "
                        + "(default: ${DEFAULT-VALUE}).")
        private int richness;

        @Mixin
        private ThreadOption threads;

        @Mixin
        private SeedOption seed;

        @Override
        int run(Console console) throws IOException {
            var summary = generate(
                    console,
                    out,
                    new DemoDataset.Request(seed.seed, videos, split, SceneConfig.video(), richness, threads.count()));
            console.result(String.format(
                    Locale.ROOT,
                    "%s: %d videos (%d new), %d frames, %d objects, %d expressions in %.1f s",
                    out.resolve(split),
                    summary.videos(),
                    summary.written(),
                    summary.frames(),
                    summary.objects(),
                    summary.expressions(),
                    summary.seconds()));
            var document = new LinkedHashMap<String, Object>();
            document.put("data", out.resolve(split).toString());
            document.put("videos", summary.videos());
            document.put("written", summary.written());
            document.put("frames", summary.frames());
            document.put("objects", summary.objects());
            document.put("expressions", summary.expressions());
            document.put("kinds", new TreeMap<>(summary.kinds()));
            document.put("seconds", summary.seconds());
            console.json(document);
            return Failures.DONE;
        }

        static DemoDataset.Summary generate(Console console, Path out, DemoDataset.Request request) throws IOException {
            console.say("generating " + request.videos() + " videos of seed " + request.seed() + " into "
                    + out.resolve(request.split()));
            try (var progress = console.progress("data demo", request.videos())) {
                return DemoDataset.generate(out, request, (done, of) -> progress.at(done, ""));
            }
        }
    }

    @Command(
            name = "mevis",
            description = {
                "Checks a data set in the MeViS layout: what is there, what is missing or broken.",
                "Every frame is decoded and every mask read. Exit status 1 when something is wrong."
            },
            footer = {"", "Examples:", "  sola data mevis ~/data/mevis", "  sola data mevis demo/valid --json"})
    static final class Mevis extends SolaCommand {
        @Parameters(paramLabel = "DIR", description = "A split, or the folder of the splits.")
        private Path root;

        @Mixin
        private ThreadOption threads;

        @Override
        int run(Console console) throws InterruptedException {
            var seen = new AtomicInteger();
            List<DatasetCheck> checks;
            try (var progress = console.counter("data mevis")) {
                checks = DatasetCheck.mevis(root, threads.count(), video -> progress.at(seen.incrementAndGet(), video));
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
            return String.join(
                    ", ",
                    check.counts().entrySet().stream()
                            .map(each -> each.getValue() + " " + each.getKey())
                            .toList());
        }
    }
}
