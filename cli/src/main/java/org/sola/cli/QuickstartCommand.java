package org.sola.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sola quickstart}: every step of the job by the same commands that a user would type. */
@Command(
        name = "quickstart",
        description = {
            "The whole job on what ships: generates videos, tracks every object, trains a selector, answers unseen",
            "videos, scores the answers, writes a report, segments a clip, then answers the same videos with FindTrack",
            "and compares the two. Stopped, it goes on where it was."
        },
        footer = {"", "Examples:", "  sola quickstart", "  sola quickstart --out try --train-videos 40"})
final class QuickstartCommand extends SolaCommand {
    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "out/quickstart",
            description = "Where everything goes (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Option(
            names = "--train-videos",
            paramLabel = "K",
            defaultValue = "16",
            description = "Videos to train on (default: ${DEFAULT-VALUE}).")
    private int trainVideos;

    @Option(
            names = "--valid-videos",
            paramLabel = "K",
            defaultValue = "8",
            description = "Unseen videos to answer (default: ${DEFAULT-VALUE}).")
    private int validVideos;

    @Mixin
    private ThreadOption threads;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting of the training, as in 'sola train'; may be given again.")
    private List<String> settings = List.of();

    private PrintWriter remarks;

    @Override
    int run(Console console) throws Exception {
        long start = System.nanoTime();
        remarks = spec.commandLine().getErr();
        Path demo = out.resolve("demo");
        Path training = demo.resolve("train");
        Path validation = demo.resolve("valid");
        Path trainCache = out.resolve("cache/train");
        Path validCache = out.resolve("cache/valid");
        Path run = out.resolve("run");
        var done = new Steps(console);
        done.step("data", "demo", "--out", demo, "--videos", trainVideos, "--split", "train");
        done.step("data", "demo", "--out", demo, "--videos", validVideos, "--split", "valid");
        done.step("precompute", "--data", training, "--out", trainCache, "--truth", "--threads", threads.count());
        done.step("precompute", "--data", validation, "--out", validCache, "--threads", threads.count());
        var train = new ArrayList<Object>(List.of("train", "--data", training, "--cache", trainCache, "--valid-data"));
        train.addAll(List.of(validation, "--valid-cache", validCache, "--out", run, "--threads", threads.count()));
        settings.forEach(setting -> train.addAll(List.of("--set", setting)));
        done.step(train.toArray());

        var tables = new LinkedHashMap<String, String>();
        Map<String, List<Object>> selectors = new LinkedHashMap<>();
        selectors.put("trained just now", List.of("--run", run));
        selectors.put("shipped", List.of());
        Path shown = null;
        for (var selector : selectors.entrySet()) {
            Path predictions =
                    out.resolve("predictions").resolve(selector.getKey().replace(' ', '-'));
            var infer = new ArrayList<Object>(List.of("infer", "--data", validation, "--cache", validCache, "--out"));
            infer.addAll(List.of(predictions, "--threads", threads.count()));
            infer.addAll(selector.getValue());
            done.step(infer.toArray());
            tables.put(
                    selector.getKey(),
                    done.answer("eval", "--data", validation, "--pred", predictions, "--cache", validCache));
            shown = predictions;
        }
        Path report = out.resolve("report.html");
        done.step(
                "report", "--data", validation, "--pred", shown, "--cache", validCache, "--run", run, "--out", report);
        Path clip = ProjectHome.path().resolve("examples/meadow.mp4");
        Path segmented = out.resolve("segment");
        if (Files.isRegularFile(clip)) {
            done.step("segment", clip, "the kangaroo", "-e", "the one that moves", "--out", segmented);
        }
        Path other = out.resolve("predictions/findtrack");
        Path compared = out.resolve("compare.html");
        var findTrack = new ArrayList<Object>(List.of("infer", "--backend", "findtrack", "--recipe", "demo"));
        findTrack.addAll(List.of("--data", validation, "--out", other, "--threads", threads.count()));
        done.step(findTrack.toArray());
        var compare = new ArrayList<Object>(List.of("compare", "--data", validation, "--pred", "sola=" + shown));
        compare.addAll(List.of("--pred", "findtrack=" + other, "--out", compared));
        String comparison = done.answer(compare.toArray());
        tables.forEach((name, table) -> console.result(
                "selector " + name + ", " + validVideos + " unseen videos\n" + table.stripTrailing() + "\n"));
        console.result("selector shipped and key frame\n" + comparison.stripTrailing() + "\n");
        console.result("report: " + report);
        console.result("segmented clip: " + segmented);
        double seconds = (System.nanoTime() - start) / 1e9;
        console.result(String.format(Locale.ROOT, "%.0f s in all", seconds));
        console.json(Map.of(
                "report", report.toString(),
                "compare", compared.toString(),
                "segment", segmented.toString(),
                "seconds", seconds));
        return Failures.DONE;
    }

    /** Runs commands one after the other, saying each as a user would type it. */
    private final class Steps {
        private final Console console;

        private Steps(Console console) {
            this.console = console;
        }

        /** A command whose results are remarks here. */
        void step(Object... arguments) throws InterruptedException {
            execute(remarks, arguments);
        }

        /** A command whose results are wanted. */
        String answer(Object... arguments) throws InterruptedException {
            var text = new StringWriter();
            execute(new PrintWriter(text, true), arguments);
            return text.toString();
        }

        private void execute(PrintWriter results, Object... arguments) throws InterruptedException {
            var words = new ArrayList<String>();
            for (Object argument : arguments) {
                words.add(argument.toString());
            }
            console.say("\n> sola " + String.join(" ", words));
            if (output.quiet) {
                words.add("--quiet");
            }
            int status = Main.execute(results, remarks, words.toArray(String[]::new));
            if (status == Failures.INTERRUPTED || Thread.currentThread().isInterrupted()) {
                throw new InterruptedException("stopped");
            }
            if (status != Failures.DONE) {
                throw new IllegalStateException(
                        "'sola " + words.get(0) + "' ended with status " + status + "; its message is above");
            }
        }
    }
}
