package org.sola.train.selector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.config.Configs;
import org.sola.selector.Selector;
import org.sola.selector.SelectorConfig;
import org.sola.tensor.Precision;
import org.sola.tensor.Safetensors;
import org.sola.tensor.Weights;
import org.sola.text.TextEncoder;
import org.sola.text.TextTokens;

class SelectorTrainingTest {
    static final SelectorConfig SMALL = new SelectorConfig("small", 16, 32, 32, 16, 4, 2, 100, 4, 0.1, 0.1, 8, 8);
    private static final List<String> COLOURS = List.of("red", "green", "blue", "white");

    private static final Path DEMO = Path.of(System.getProperty("sola.home"), "configs/train/demo.yaml");

    @TempDir
    private Path folder;

    private static TrainingRecipe recipe(int epochs) {
        return Configs.load(
                TrainingRecipe.class,
                List.of(DEMO),
                java.util.Map.of(
                        "epochs",
                        Integer.toString(epochs),
                        "start.silentEpochs",
                        "1",
                        "optimizer.warmupSteps",
                        "0",
                        "optimizer.learningRate",
                        "0.001",
                        "optimizer.averageDecay",
                        "0.9"));
    }

    /** Tracks whose tokens point in the direction of their colour, one expression a colour. */
    static TrainingVideos videos(int count, long seed) {
        var random = new Random(seed);
        List<TrainingVideo> videos = new ArrayList<>();
        for (int v = 0; v < count; v++) {
            int tracks = 3 + random.nextInt(3);
            int frames = 9 + random.nextInt(8);
            var colours = random.ints(tracks, 0, COLOURS.size()).toArray();
            var tokens = new float[tracks * frames * 16];
            for (int n = 0; n < tracks; n++) {
                for (int i = 0; i < frames * 16; i++) {
                    boolean isOwn = i % 16 / 4 == colours[n];
                    tokens[n * frames * 16 + i] = (float) (random.nextGaussian() * 0.3 + (isOwn ? 1 : 0));
                }
            }
            List<TrainingExpression> expressions = new ArrayList<>();
            for (int c = 0; c < COLOURS.size(); c++) {
                var iou = new float[tracks];
                for (int n = 0; n < tracks; n++) {
                    iou[n] = colours[n] == c ? 0.9f : 0.1f;
                }
                String text = (v % 2 == 0 ? "the " : "") + COLOURS.get(c) + " one";
                expressions.add(new TrainingExpression(Integer.toString(c), text, "appearance", iou));
            }
            videos.add(new TrainingVideo("video" + v, tracks, frames, 16, tokens, expressions));
        }
        return TrainingVideos.of(videos, java.util.Map.of("tokens_model", "colours"));
    }

    static SelectorTraining.Splits splits() {
        return new SelectorTraining.Splits(videos(24, 1), videos(8, 2));
    }

    /** A random direction a word. */
    static final TextEncoder WORDS = words(32);

    static TextEncoder words(int dimension) {
        return new TextEncoder() {
            @Override
            public String name() {
                return "words";
            }

            @Override
            public int dimension() {
                return dimension;
            }

            @Override
            public TextTokens encode(String expression) {
                var words = List.of(expression.split(" "));
                var values = new float[words.size() * dimension];
                for (int w = 0; w < words.size(); w++) {
                    var random = new Random(words.get(w).hashCode());
                    for (int c = 0; c < dimension; c++) {
                        values[w * dimension + c] = (float) random.nextGaussian();
                    }
                }
                return new TextTokens(expression, words, dimension, false, values);
            }

            @Override
            public void close() {
                // nothing is held
            }
        };
    }

    private SelectorTraining.Outcome train(String name, int epochs, BooleanSupplier isStopped) throws IOException {
        return train(name, recipe(epochs), isStopped);
    }

    private SelectorTraining.Outcome train(String name, TrainingRecipe recipe, BooleanSupplier isStopped)
            throws IOException {
        return SelectorTraining.run(
                folder.resolve(name), SMALL, recipe, splits(), WORDS, TrainingProgress.NONE, isStopped);
    }

    @Test
    void learnsWhichTracksAColourMeansAndKeepsTheBest() throws IOException {
        var outcome = train("run", 12, () -> false);
        assertTrue(outcome.isFinished());
        assertTrue(outcome.best() > 0.9, "expression F1 " + outcome.best());
        for (var file : List.of("model.yaml", "recipe.yaml", "environment.json", "metrics.csv", "curve.png")) {
            assertTrue(Files.size(folder.resolve("run").resolve(file)) > 0, file);
        }
        var run = RunFolder.open(folder.resolve("run"));
        assertEquals(SMALL, Configs.load(SelectorConfig.class, List.of(run.model()), java.util.Map.of()));
        var metadata = Safetensors.open(run.best()).metadata();
        assertEquals("colours", metadata.get("tokens_model"), "it is known what it was trained on");
        try (var manager = NDManager.newBaseManager();
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var weights = Weights.open(run.best(), manager);
            var selector = Selector.of(SMALL, weights);
            weights.requireAllUsed();
            var video = videos(1, 3).load(0);
            var tokens = manager.create(video.tokens(), new Shape(1, video.tracks(), video.frames(), video.tokenDim()));
            var scores = selector.score(
                    tokens, WORDS.encode("the red one").toArray(manager).expandDims(0));
            assertEquals(video.tracks(), scores.scores().size());
        }
    }

    @Test
    void goesOnFromAnotherSelector() throws IOException {
        var first = train("first", 12, () -> false);
        var settings = java.util.Map.of(
                "epochs", "1",
                "start.weights", first.run().best().toString(),
                "start.silentEpochs", "0",
                "optimizer.learningRate", "1e-6");
        var second = train("second", Configs.load(TrainingRecipe.class, List.of(DEMO), settings), () -> false);
        assertEquals(first.best(), second.best(), 0.1);
        assertTrue(train("none", 1, () -> false).best() < 0.8, "one epoch alone is not enough");
    }

    @Test
    void stoppingAnywhereAndGoingOnGivesTheSameNumbers() throws IOException {
        var whole = train("whole", 3, () -> false);
        var steps = new int[1];
        for (int stop : new int[] {5, 11, 30}) { // within the first and the second epoch, and between
            steps[0] = 0;
            assertFalse(train("cut", 3, () -> ++steps[0] == stop).isFinished());
        }
        assertTrue(train("cut", 3, () -> false).isFinished());
        try (var manager = NDManager.newBaseManager()) {
            var expected = Weights.open(whole.run().best(), manager);
            var got = Weights.open(folder.resolve("cut/best.safetensors"), manager);
            Selector.of(SMALL, expected);
            Selector.of(SMALL, got);
            for (var array : expected.used().entrySet()) {
                assertArrayEquals(
                        array.getValue().toFloatArray(),
                        got.used().get(array.getKey()).toFloatArray(),
                        array.getKey());
            }
        }
        assertEquals(withoutSeconds("whole"), withoutSeconds("cut"));
    }

    @Test
    void largeProductsInBfloat16LearnTheSameThing() throws IOException {
        var refusal = Precision.BFLOAT16.refusal(ai.djl.Device.cpu());
        Assumptions.assumeTrue(refusal.isEmpty(), refusal.orElse(""));
        var outcome = SelectorTraining.run(
                folder, SMALL, recipe(12).in(Precision.BFLOAT16), splits(), WORDS, TrainingProgress.NONE, () -> false);
        assertTrue(outcome.best() > 0.9, "expression F1 " + outcome.best());
        assertTrue(Files.readString(folder.resolve("environment.json")).contains("\"bfloat16\""));
    }

    @Test
    void aRunThatWasBegunBeforeASettingWasThereGoesOn() throws IOException {
        train("run", 2, stopAfter(5));
        var file = folder.resolve("run/recipe.yaml");
        Files.write(
                file,
                Files.readAllLines(file).stream()
                        .filter(line -> !line.matches("(  weights|videosPerStep|precision):.*"))
                        .toList());
        assertTrue(train("run", 2, () -> false).isFinished());
    }

    private static BooleanSupplier stopAfter(int count) {
        var steps = new int[1];
        return () -> ++steps[0] == count;
    }

    @Test
    void whatAnAblationTakesAwayTrainsAndLoadsToo() throws IOException {
        int[][] sizes = {{0, 2, 4}, {32, 0, 4}, {32, 1, 0}}; // encoder channels, layers, negative rows
        for (int[] size : sizes) {
            var config = new SelectorConfig("ablated", 16, 32, size[0], 16, 4, size[1], 100, size[2], 0.1, 0.1, 8, 8);
            for (var alignment : SelectorLoss.Alignment.values()) {
                var recipe = Configs.load(
                        TrainingRecipe.class,
                        List.of(Path.of(System.getProperty("sola.home"), "configs/train/demo.yaml")),
                        java.util.Map.of("epochs", "1", "loss.alignment", alignment.name()));
                var run = folder.resolve(java.util.Arrays.toString(size) + alignment);
                var outcome =
                        SelectorTraining.run(run, config, recipe, splits(), WORDS, TrainingProgress.NONE, () -> false);
                assertTrue(outcome.isFinished());
                try (var manager = NDManager.newBaseManager()) {
                    var weights = Weights.open(outcome.run().best(), manager);
                    Selector.of(config, weights);
                    weights.requireAllUsed();
                }
            }
        }
    }

    private List<String> withoutSeconds(String name) throws IOException {
        return withoutSeconds(folder.resolve(name));
    }

    /** The rows of a run's metrics but for how long they took. */
    static List<String> withoutSeconds(Path run) throws IOException {
        return Files.readAllLines(run.resolve("metrics.csv")).stream()
                .map(line -> line.substring(0, line.lastIndexOf(',')))
                .toList();
    }

    private SelectorTraining.Outcome trainJoint(String name, double weight, BooleanSupplier isStopped)
            throws IOException {
        var joint = JointVideos.byWeight(List.of(
                new JointVideos.Part("many", videos(12, 1), weight), new JointVideos.Part("few", videos(4, 5), 1)));
        return SelectorTraining.run(
                folder.resolve(name),
                SMALL,
                recipe(2),
                new SelectorTraining.Splits(joint, videos(4, 2)),
                WORDS,
                TrainingProgress.NONE,
                isStopped);
    }

    @Test
    void jointTrainingStoppedAndResumedGivesTheSameNumbersAndKnowsItsWeights() throws IOException {
        trainJoint("whole", 2, () -> false);
        var steps = new int[1];
        for (int stop : new int[] {5, 14}) { // within the first and the second epoch of 16 steps
            steps[0] = 0;
            assertFalse(trainJoint("cut", 2, () -> ++steps[0] == stop).isFinished());
        }
        assertTrue(trainJoint("cut", 2, () -> false).isFinished());
        assertEquals(withoutSeconds("whole"), withoutSeconds("cut"));
        assertArrayEquals(
                Files.readAllBytes(folder.resolve("whole/best.safetensors")),
                Files.readAllBytes(folder.resolve("cut/best.safetensors")));
        var e = assertThrows(TrainingException.class, () -> trainJoint("cut", 3, () -> false));
        assertTrue(e.getMessage().contains("weight 3.0"), e.getMessage());
    }

    @Test
    void dataSetsWithTokensOfDifferentNetworksAreNotMixed() throws IOException {
        var other = TrainingVideos.of(List.of(videos(1, 2).load(0)), java.util.Map.of("tokens_model", "another"));
        var parts = List.of(new JointVideos.Part("mevis", videos(2, 1), 1), new JointVideos.Part("davis", other, 1));
        var e = assertThrows(TrainingException.class, () -> JointVideos.everyStep(parts));
        assertTrue(e.getMessage().contains("davis") && e.getMessage().contains("another"), e.getMessage());
    }

    @Test
    void otherSettingsInTheSameFolderAreRefusedWithWhatDiffers() throws IOException {
        train("run", 1, () -> false);
        var e = assertThrows(TrainingException.class, () -> train("run", 2, () -> false));
        assertTrue(e.getMessage().contains("epochs: 1"), e.getMessage());
        assertTrue(e.getMessage().contains("epochs: 2"), e.getMessage());
    }

    @Test
    void earlyStoppingEndsSoManyEpochsAfterTheBestAlsoWhenResumed() throws IOException {
        var recipe = Configs.load(
                TrainingRecipe.class,
                List.of(Path.of(System.getProperty("sola.home"), "configs/train/demo.yaml")),
                java.util.Map.of("epochs", "9", "earlyStopping", "2", "optimizer.learningRate", "1e-30"));
        var epochs = new int[1];
        var progress = new TrainingProgress() {
            @Override
            public void epoch(int epoch, int of, java.util.Map<String, Double> figures, boolean isBest) {
                epochs[0]++;
            }
        };
        var run = folder.resolve("run");
        for (int i = 0; i < 2; i++) {
            assertTrue(SelectorTraining.run(run, SMALL, recipe, splits(), WORDS, progress, () -> false)
                    .isFinished());
            assertEquals(3, epochs[0], "the first is the best, two follow");
        }
    }

    private TrainingException refused(SelectorConfig config, TrainingVideos training, TrainingVideos validation) {
        return assertThrows(
                TrainingException.class,
                () -> SelectorTraining.run(
                        folder,
                        config,
                        recipe(1),
                        new SelectorTraining.Splits(training, validation),
                        WORDS,
                        TrainingProgress.NONE,
                        () -> false));
    }

    @Test
    void inputThatDoesNotFitIsRefusedBeforeTheFirstStep() throws IOException {
        var wide = new SelectorConfig("wide", 24, 32, 32, 16, 4, 2, 100, 3, 0, 0, 8, 8);
        assertTrue(refused(wide, videos(2, 1), videos(1, 2))
                .getMessage()
                .contains("object tokens of 16 numbers (video video0), selector wide reads 24"));
        var nothing = TrainingVideos.of(List.of());
        assertTrue(refused(SMALL, nothing, videos(1, 2)).getMessage().contains("the training split is empty"));
        assertTrue(refused(SMALL, videos(1, 2), nothing).getMessage().contains("the validation split is empty"));
        var others = TrainingVideos.of(List.of(videos(1, 2).load(0)), java.util.Map.of("tokens_model", "another"));
        assertTrue(refused(SMALL, videos(2, 1), others).getMessage().contains("another"));
    }

    @Test
    void expressionsThatNoTrackFitsAreToldAndAlwaysIsRefused() throws IOException {
        var tokens = new float[2 * 9 * 16];
        var lost = new TrainingExpression("3", "the lost one", "", 0.1f, 0.2f);
        var video = new TrainingVideo("v", 2, 9, 16, tokens, List.of(lost));
        var message =
                refused(SMALL, TrainingVideos.of(List.of(video)), videos(1, 2)).getMessage();
        assertTrue(message.contains("labelThreshold 0.5") && message.contains("the lost one"), message);
        var found = new TrainingExpression("4", "the red one", "", 0.9f, 0.2f);
        var both = new TrainingVideo("v", 2, 9, 16, tokens, List.of(found, lost));
        var told = new ArrayList<String>();
        TrainingInput.checkLabels(TrainingVideos.of(List.of(both)), 0.5, new TrainingProgress() {
            @Override
            public void unreachable(int without, int expressions, String first) {
                told.add(without + " of " + expressions + ": " + first);
            }
        });
        assertEquals(List.of("1 of 2: video v, expression 3 \"the lost one\""), told);
    }

    @Test
    void tokensThatAreNotFiniteStopTheTrainingAndNameTheVideo() {
        var tokens = new float[2 * 9 * 16];
        tokens[40] = Float.NaN;
        var broken = new TrainingVideo(
                "broken", 2, 9, 16, tokens, List.of(new TrainingExpression("7", "the red one", "", 1, 0)));
        var splits = new SelectorTraining.Splits(TrainingVideos.of(List.of(broken)), videos(1, 2));
        var e = assertThrows(
                TrainingException.class,
                () -> SelectorTraining.run(
                        folder, SMALL, recipe(1), splits, WORDS, TrainingProgress.NONE, () -> false));
        assertTrue(e.getMessage().contains("video broken"), e.getMessage());
        assertTrue(e.getMessage().contains("the red one"), e.getMessage());
    }

    @Test
    void everyRecipeIsReadable() throws IOException {
        try (var files = Files.list(Path.of(System.getProperty("sola.home"), "configs/train"))) {
            for (var file : files.filter(SelectorTrainingTest::isSelectors).toList()) {
                var recipe = Configs.load(TrainingRecipe.class, List.of(file), java.util.Map.of());
                assertEquals(file.getFileName().toString(), recipe.name() + ".yaml");
            }
        }
    }

    private static boolean isSelectors(Path recipe) {
        String name = recipe.getFileName().toString();
        return !name.startsWith("sam2") && !name.startsWith("detector") && !name.startsWith("findtrack");
    }
}
