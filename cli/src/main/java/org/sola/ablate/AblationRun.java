package org.sola.ablate;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.sola.config.Configs;
import org.sola.evaluate.Evaluation;
import org.sola.evaluate.EvaluationResult;
import org.sola.evaluate.ExpressionResult;
import org.sola.evaluate.Quality;
import org.sola.file.AtomicFile;
import org.sola.file.Folders;
import org.sola.infer.SelectorScorer;
import org.sola.infer.TrackScorer;
import org.sola.infer.TrackSelection;
import org.sola.mask.Rle;
import org.sola.precompute.VideoSource;
import org.sola.tensor.Safetensors;
import org.sola.text.TextEncoder;
import org.sola.train.selector.SelectorTraining;
import org.sola.train.selector.TrainingProgress;

/**
 * Trains and scores the cells of a plan, each once for every seed. A cell that is done is not run again, one that was
 * stopped goes on where it was, and one that fails is named and costs no other. Cells with the same settings, or that
 * differ in the answer only, share their training.
 */
public final class AblationRun {
    private final Path folder;
    private final AblationData data;
    private final TextEncoder text;
    private final Device device;
    private final int threads;
    private final BooleanSupplier isStopped;

    /**
     * A run in a folder.
     *
     * @param text the text encoder; not closed
     * @param threads that score masks
     * @param isStopped asked after every step of a training and before every video that is answered
     */
    public AblationRun(
            Path folder, AblationData data, TextEncoder text, Device device, int threads, BooleanSupplier isStopped) {
        this.folder = folder;
        this.data = data;
        this.text = new KeptOpen(text);
        this.device = device;
        this.threads = threads;
        this.isStopped = isStopped;
    }

    /** Hears how the run goes on. */
    public interface Listener {
        /** Before a cell is run; {@code done} of {@code all} were there or are finished. */
        void begin(String name, int done, int all);

        /** After every cell, also of one that was there. */
        void end(AblationTable table) throws IOException;
    }

    /** Runs what is not done yet; the table holds everything. */
    public AblationTable run(AblationPlan plan, List<AblationPlan.Cell> cells, Listener listener)
            throws IOException, InterruptedException {
        Map<String, CellResult> results = new HashMap<>();
        Map<String, String> failures = new LinkedHashMap<>();
        Map<AblationPlan.Cell, List<String>> keys = new HashMap<>();
        for (var cell : cells) {
            keys.put(
                    cell,
                    plan.repeats().stream()
                            .map(seed -> cell.settings().withSeed(seed).digest())
                            .toList());
        }
        int all = cells.size() * plan.repeats().size();
        int done = 0;
        for (long seed : plan.repeats()) { // a whole table for one seed before the next
            for (var cell : cells) {
                var name = cell + ", seed " + seed;
                var settings = cell.settings().withSeed(seed);
                var key = settings.digest();
                listener.begin(name, done++, all);
                if (!results.containsKey(key) && !failures.containsKey(key)) {
                    try { // one cell that fails costs no other
                        results.put(key, result(settings, seed));
                    } catch (java.nio.channels.ClosedByInterruptException e) {
                        throw new InterruptedException("stopped in " + name);
                    } catch (IOException | RuntimeException e) {
                        failures.put(key, name + ": " + (e.getMessage() == null ? e.toString() : e.getMessage()));
                    }
                }
                listener.end(AblationTable.of(plan, cells, keys, results, failures));
            }
        }
        return AblationTable.of(plan, cells, keys, results, failures);
    }

    private CellResult result(CellSettings settings, long seed) throws IOException, InterruptedException {
        var own = folder.resolve("cells").resolve(settings.digest());
        var file = own.resolve("result.json");
        if (Files.isRegularFile(file)) {
            return CellResult.read(file);
        }
        write(own.resolve("settings.yaml"), Configs.toYaml(settings));
        var run = train(settings);
        var evaluation = evaluate(settings, run.checkpoint());
        evaluation.writeCsv(own.resolve("rows.csv"));
        var result =
                new CellResult(seed, figures(evaluation), evaluation.rows().size(), run.parameters(), run.seconds());
        result.write(file);
        return result;
    }

    /** A training that is finished. */
    private record Trained(Path checkpoint, long parameters, double seconds) {}

    private Trained train(CellSettings settings) throws IOException, InterruptedException {
        var run = folder.resolve("runs").resolve(settings.trainingDigest());
        var finished = run.resolve("finished.txt");
        var checkpoint = run.resolve("best.safetensors");
        if (!Files.isRegularFile(finished)) {
            var splits = data.splits(settings.tracks(), settings.recipe().labelSize());
            long start = System.nanoTime();
            var outcome = SelectorTraining.run(
                    run, settings.model(), settings.recipe(), splits, text, TrainingProgress.NONE, isStopped);
            if (!outcome.isFinished()) {
                throw new InterruptedException("stopped after a checkpoint");
            }
            write(finished, Double.toString((System.nanoTime() - start) / 1e9));
            Folders.delete(outcome.run().last()); // the optimiser's state is of no use any more
        }
        return new Trained(
                checkpoint,
                numbers(checkpoint),
                Double.parseDouble(Files.readString(finished).strip()));
    }

    private static long numbers(Path checkpoint) throws IOException {
        return Safetensors.open(checkpoint).tensors().values().stream()
                .mapToLong(info -> info.shape().stream().reduce(1L, (a, b) -> a * b))
                .sum();
    }

    private static void write(Path file, String content) throws IOException {
        AtomicFile.write(file, out -> out.write(content.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    private EvaluationResult evaluate(CellSettings settings, Path checkpoint) throws IOException, InterruptedException {
        Map<String, List<Rle>> answers = new HashMap<>();
        try (var scorer = SelectorScorer.open(settings.model(), checkpoint, text, device)) {
            for (var video : data.validation().videos()) {
                if (isStopped.getAsBoolean()) {
                    throw new InterruptedException("stopped before video " + video.id());
                }
                if (data.validationCache().contains(video.id())) {
                    answer(settings, scorer, video.id(), answers);
                }
            }
        }
        return Evaluation.of(
                        data.validation(),
                        (video, expression, height, width) ->
                                Optional.ofNullable(answers.get(video.id() + "/" + expression.id())))
                .withThreads(threads)
                .run(done -> {});
    }

    private void answer(CellSettings settings, TrackScorer scorer, String id, Map<String, List<Rle>> answers)
            throws IOException, InterruptedException {
        var video = data.validation().video(id);
        var tracks = settings.tracks().forAnswers(data.validationCache().read(id));
        var masks = TrackSelection.masksOf(tracks);
        var selections = TrackSelection.select(scorer, tracks, VideoSource.of(data.validation(), video), (float)
                settings.selection().threshold());
        for (int e = 0; e < selections.size(); e++) {
            answers.put(
                    id + "/" + video.expressions().get(e).id(),
                    selections.get(e).masks(masks, tracks.frames(), tracks.height(), tracks.width()));
        }
    }

    private static Map<String, Double> figures(EvaluationResult result) {
        var figures = new LinkedHashMap<String, Double>();
        var overall = result.overall();
        figures.put("J", overall.regionSimilarity() * 100);
        figures.put("F", overall.boundaryAccuracy() * 100);
        figures.put(CellResult.COMBINED, overall.combined() * 100);
        result.kinds().forEach((kind, rows) -> figures.put(AblationTable.KIND + kind, combined(rows) * 100));
        return figures;
    }

    private static double combined(List<ExpressionResult> rows) {
        return Quality.mean(rows.stream().map(ExpressionResult::quality).toList())
                .combined();
    }
}
