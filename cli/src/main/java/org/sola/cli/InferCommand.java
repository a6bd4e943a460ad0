package org.sola.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sola.dataset.Expression;
import org.sola.file.Sha256;
import org.sola.infer.DatasetInference;
import org.sola.infer.Submission;
import org.sola.precompute.TokenCache;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sola infer}: the masks of every expression of a data set. */
@Command(
        name = "infer",
        description = {
            "Answers every expression of a data set: scores the tracks, takes those above the threshold, merges their masks.",
            "Writes VIDEO/EXPRESSION/FRAME.png (0 and 255), as the benchmarks want submissions. Stopped, it goes on."
        },
        footer = {
            "",
            "Examples:",
            "  sola infer --data demo/valid --cache cache/valid --out predictions",
            "  sola infer --data demo/valid --cache cache/valid --run runs/selector --out predictions"
        })
final class InferCommand extends SolaCommand {
    @Option(names = "--data", required = true, paramLabel = "DIR", description = "A split in the MeViS layout.")
    private Path data;

    @Option(
            names = "--cache",
            required = true,
            paramLabel = "DIR",
            description = "Its token cache, from 'sola precompute'.")
    private Path cache;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the masks go.")
    private Path out;

    @Option(names = "--overwrite", description = "Make everything anew, also with other settings than before.")
    private boolean overwrite;

    @Mixin
    private SelectorOptions selector;

    @Mixin
    private EngineOptions engine;

    @Override
    int run(Console console) throws IOException, InterruptedException {
        var outcome = infer(console, data, cache, out, overwrite, selector, engine);
        outcome.failures().forEach(console::warn);
        console.json(document(outcome));
        return outcome.failures().isEmpty() ? Failures.DONE : Failures.NOT_ALL_DONE;
    }

    private Map<String, Object> document(DatasetInference.Outcome outcome) {
        var document = new LinkedHashMap<String, Object>();
        document.put("out", out.toString());
        document.put("videos", outcome.videos());
        document.put("expressions", outcome.expressions());
        document.put("failed", outcome.failures());
        return document;
    }

    static DatasetInference.Outcome infer(
            Console console,
            Path data,
            Path cache,
            Path out,
            boolean overwrite,
            SelectorOptions selector,
            EngineOptions engine)
            throws IOException, InterruptedException {
        var dataset = Datasets.open(data);
        var tokens = TokenCache.open(cache);
        var files = selector.files();
        Optional<String> first = tokens.videoIds().stream().findFirst();
        if (first.isPresent()) {
            files.requireTokensOf(tokens.manifest(first.get()).fingerprint());
        }
        if (overwrite) {
            OutputFolder.discard(out, "infer");
        }
        OutputFolder.claim(out, "infer", settings(data, files, tokens, selector.threshold));
        var started = Engines.start(engine);
        long expressions = dataset.counts().get("expressions");
        console.say("answering " + expressions + " expressions of "
                + dataset.videos().size() + " videos with " + files.name() + " on " + started.device() + ", "
                + started.threads() + " threads");
        long start = System.nanoTime();
        try (var scorer = files.open(started.device());
                var progress = console.progress("infer", dataset.videos().size())) {
            for (var video : dataset.videos()) {
                var texts = video.expressions().stream().map(Expression::text).toList();
                SelectorFiles.warnOfLong(console, scorer, texts);
            }
            var outcome = new DatasetInference(dataset, tokens, scorer, selector.threshold)
                    .run(Submission.at(out), (video, videos, wasThere) -> progress.at(videos, video));
            double seconds = (System.nanoTime() - start) / 1e9;
            console.result(String.format(
                    Locale.ROOT,
                    "%d expressions of %d videos answered in %.1f s: %s",
                    outcome.expressions(),
                    outcome.videos(),
                    seconds,
                    out));
            return outcome;
        }
    }

    private static Map<String, String> settings(Path data, SelectorFiles files, TokenCache tokens, float threshold)
            throws IOException {
        var settings = new LinkedHashMap<String, String>();
        settings.put("data", data.toAbsolutePath().normalize().toString());
        settings.put("selector", files.name());
        settings.put("selector weights", Sha256.of(files.checkpoint()));
        settings.put("threshold", Float.toString(threshold));
        Optional<String> first = tokens.videoIds().stream().findFirst();
        if (first.isPresent()) {
            var tracks = tokens.manifest(first.get()).fingerprint();
            settings.put("tracks", tracks.digest());
            tracks.corruption().ifPresent(corruption -> settings.put("corruption", corruption));
        }
        return settings;
    }
}
