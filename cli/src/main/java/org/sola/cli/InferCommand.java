package org.sola.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sola.dataset.Expression;
import org.sola.dataset.ReferringDataset;
import org.sola.findtrack.FindTrackBackend;
import org.sola.infer.Backend;
import org.sola.infer.DatasetInference;
import org.sola.infer.Submission;
import org.sola.infer.TrackSelection;
import org.sola.precompute.TokenCache;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sola infer}: the masks of every expression of a data set. */
@Command(
        name = "infer",
        description = {
            "Answers every expression of a data set: scores the tracks, takes those above the threshold, merges their masks;",
            "or, with --backend findtrack, follows the mask of a key frame, for which no cache is needed.",
            "Writes VIDEO/EXPRESSION/FRAME.png (0 and 255), as the benchmarks want submissions. Stopped, it goes on."
        },
        footer = {
            "",
            "Examples:",
            "  sola infer --data demo/valid --cache cache/valid --out predictions",
            "  sola infer --data demo/valid --cache cache/valid --run runs/selector --out predictions",
            "  sola infer --data mevis/valid_u --backend findtrack --recipe mevis --out predictions"
        })
final class InferCommand extends SolaCommand {
    @Option(names = "--data", required = true, paramLabel = "DIR", description = "A split in the MeViS layout.")
    private Path data;

    @Option(
            names = "--backend",
            paramLabel = "sola|findtrack|hybrid",
            defaultValue = "sola",
            description = "The method: a selector among tracks, a key frame whose mask is followed, or both together"
                    + " (default: ${DEFAULT-VALUE}).")
    private BackendChoice backend;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description = "Its token cache, from 'sola precompute'; only --backend findtrack needs none.")
    private Optional<Path> cache;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the masks go.")
    private Path out;

    @Option(names = "--overwrite", description = "Make everything anew, also with other settings than before.")
    private boolean overwrite;

    @Mixin
    private SelectorOptions selector;

    @Option(
            names = "--model",
            paramLabel = "NAME|FILE",
            description = "FindTrack's network that follows masks, a SAM 2 or a Cutie (default: as the recipe says).")
    private Optional<String> propagator;

    @Option(
            names = "--recipe",
            paramLabel = "NAME|FILE",
            description = "How FindTrack is used: a name in configs/findtrack or a file (default: demo where the small"
                    + " models are here, else mevis).")
    private Optional<String> recipe;

    @Mixin
    private FindTrackOptions findTrack;

    @Mixin
    private EngineOptions engine;

    @Override
    int run(Console console) throws IOException, InterruptedException {
        var dataset = Datasets.open(data);
        var outcome = backend == BackendChoice.FINDTRACK ? byKeyFrames(console, dataset) : byTracks(console, dataset);
        outcome.failures().forEach(console::warn);
        console.json(document(outcome));
        return outcome.failures().isEmpty() ? Failures.DONE : Failures.NOT_ALL_DONE;
    }

    private Map<String, Object> document(DatasetInference.Outcome outcome) {
        var document = new LinkedHashMap<String, Object>();
        document.put("out", out.toString());
        document.put("backend", backend.toString());
        document.put("videos", outcome.videos());
        document.put("expressions", outcome.expressions());
        document.put("failed", outcome.failures());
        return document;
    }

    private DatasetInference.Outcome byTracks(Console console, ReferringDataset dataset)
            throws IOException, InterruptedException {
        var folder = cache.orElseThrow(() -> new IllegalArgumentException("--cache DIR is missing: --backend " + backend
                + " chooses from the tracks that 'sola precompute' made"));
        var tokens = TokenCache.open(folder);
        var judge = backend == BackendChoice.HYBRID
                ? findTrack.judge(selector, propagator)
                : TrackJudge.of(selector.files(), selector.threshold);
        Optional<String> first = tokens.videoIds().stream().findFirst();
        if (first.isPresent()) {
            judge.requireTokensOf(tokens.manifest(first.get()).fingerprint());
        }
        claim(trackSettings(judge, tokens));
        var started = Engines.start(engine);
        try (var scorer = judge.open(started.device(), out.resolve(".sola"))) {
            for (var video : dataset.videos()) {
                var texts = video.expressions().stream().map(Expression::text).toList();
                SelectorFiles.warnOfLong(console, scorer, texts);
            }
            return answer(
                    console,
                    dataset,
                    new TrackSelection(dataset, tokens, scorer, judge.threshold()),
                    judge.name(),
                    started);
        }
    }

    private DatasetInference.Outcome byKeyFrames(Console console, ReferringDataset dataset)
            throws IOException, InterruptedException {
        var catalogue = ModelCatalogue.open();
        var models = FindTrackModels.of(catalogue, findTrack.settings(catalogue, recipe, propagator));
        models.requireHere();
        var settings = base();
        settings.putAll(models.provenance());
        claim(settings);
        var started = Engines.start(engine);
        try (var opened = models.open(started.device(), out.resolve(".sola"))) {
            for (var video : dataset.videos()) {
                for (var expression : video.expressions()) {
                    if (!opened.findTrack().readsWhole(expression.text())) {
                        console.warn("expression " + expression.id() + " of video " + video.id()
                                + " is longer than the aligner reads: its end is left out");
                    }
                }
            }
            var method = new FindTrackBackend(opened.findTrack(), (stage, done, of) -> {});
            return answer(console, dataset, method, opened.name(), started);
        }
    }

    private DatasetInference.Outcome answer(
            Console console, ReferringDataset dataset, Backend method, String models, Engines.Started started)
            throws InterruptedException, IOException {
        long expressions = dataset.counts().get("expressions");
        console.say("answering " + expressions + " expressions of "
                + dataset.videos().size() + " videos with " + models + " on " + started.device() + ", "
                + started.threads() + " threads");
        long start = System.nanoTime();
        try (var progress = console.progress("infer", dataset.videos().size())) {
            var outcome = new DatasetInference(dataset, method)
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

    private void claim(Map<String, String> settings) throws IOException {
        if (overwrite) {
            OutputFolder.discard(out, "infer");
        }
        OutputFolder.claim(out, "infer", settings);
    }

    private Map<String, String> base() {
        var settings = new LinkedHashMap<String, String>();
        settings.put("data", data.toAbsolutePath().normalize().toString());
        return settings;
    }

    private Map<String, String> trackSettings(TrackJudge judge, TokenCache tokens) throws IOException {
        var settings = base();
        settings.putAll(judge.provenance());
        Optional<String> first = tokens.videoIds().stream().findFirst();
        if (first.isPresent()) {
            var tracks = tokens.manifest(first.get()).fingerprint();
            settings.put("tracks", tracks.digest());
            tracks.corruption().ifPresent(corruption -> settings.put("corruption", corruption));
        }
        return settings;
    }
}
