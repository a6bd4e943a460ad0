package org.sola.train.findtrack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.alphaclip.AlphaClip;
import org.sola.alphaclip.AlphaClipConfig;
import org.sola.alphaclip.ImageFit;
import org.sola.alphaclip.TextReader;
import org.sola.config.Configs;
import org.sola.cutie.Cutie;
import org.sola.demo.DemoExpression;
import org.sola.demo.DemoVideo;
import org.sola.demo.SceneConfig;
import org.sola.evfsam.EvfSam;
import org.sola.evfsam.EvfSamConfig;
import org.sola.evfsam.EvfSamSegmenter;
import org.sola.evfsam.ExpressionTokenizer;
import org.sola.sam2.Sam2Config;
import org.sola.sam2.Sam2Image;
import org.sola.tensor.FreedMemory;
import org.sola.tensor.Safetensors;
import org.sola.tensor.SafetensorsWriter;
import org.sola.tensor.Weights;
import org.sola.text.TokenizerKind;

class FindTrackTrainingTest {
    private static final Path HOME = Path.of(System.getProperty("sola.home"));
    private static final Path TOKENIZER = HOME.resolve("checkpoints/evf-sam-nano.sentencepiece.model");

    private static final EvfSamConfig.Sam SAM = new EvfSamConfig.Sam(64, 8, 20, 3, 2, 3, List.of(1), 32, 2, 2, 24);
    private static final EvfSamConfig TINY =
            new EvfSamConfig("tiny", new EvfSamConfig.Fusion(24, 8, 1602, 40, 16, 2, 2, 32), SAM);

    private static final EvfSamConfig TINY_2 = new EvfSamConfig(
            "tiny-2",
            TINY.fusion(),
            Optional.empty(),
            Optional.of(new EvfSamConfig.Sam2(
                    new Sam2Config(
                            "tiny-sam2",
                            64,
                            new Sam2Config.Hiera(8, 1, List.of(1, 1, 1, 1), List.of(2), List.of(8, 4, 4, 2), 7),
                            16,
                            8,
                            new Sam2Config.Decoder(2, 2, 16, false),
                            new Sam2Config.MemoryAttention(1, 16),
                            2,
                            2,
                            true),
                    false)));

    private static final AlphaClipConfig TINY_ALIGNER = new AlphaClipConfig(
            "tiny-aligner",
            8,
            new AlphaClipConfig.Vision(32, 8, 16, 2, 2, ImageFit.SQUASH),
            new AlphaClipConfig.Text(TokenizerKind.WORD_PIECE, 30522, 64, 8, 2, 2));

    private static final FindTrackRecipe RECIPE = new FindTrackRecipe(
            7,
            new FindTrackRecipe.Segmenter(5, "", 2, 1, 4, 2, 3, 3, 0, 1, 1, 2, 1e-3),
            new FindTrackRecipe.Aligner(4, 1, 4, 2, 6, 3, 1e-3),
            new FindTrackRecipe.Propagator(
                    "",
                    4,
                    List.of(new FindTrackRecipe.Phase(0.5, 64, 1, 2), new FindTrackRecipe.Phase(0.5, 64, 1, 3)),
                    2,
                    0.5,
                    0.5,
                    0.5,
                    0.1,
                    0.2,
                    1e-3),
            new FindTrackRecipe.Schedule(2, 0.3, 0.01, 1, 0.9, 2));

    @TempDir
    Path folder;

    private FindTrackTraining training(EvfSamConfig config, String run, List<String> log, BooleanSupplier isStopped) {
        var segmenter = new FindTrackTraining.Segmenter(config, TOKENIZER, Optional.empty());
        return new FindTrackTraining(
                segmenter, TINY_ALIGNER, PropagationStageTest.TINY, RECIPE, folder.resolve(run), log::add, isStopped);
    }

    @Test
    void aStoppedRunEndsWhereAnUnbrokenOneDoes() throws IOException {
        var log = new ArrayList<String>();
        var whole = training(TINY, "whole", log, () -> false);
        assertTrue(whole.run());
        assertTrue(
                log.get(0).matches("tiny: step 5 of 5: loss .*, patch iou .*, iou .*, confidence off by .* s a step"),
                log.toString());
        for (int stops : new int[] {1, 3, 3, 4}) { // the last in the second and third network
            var steps = new AtomicInteger();
            assertFalse(training(TINY, "broken", log, () -> steps.incrementAndGet() == stops)
                    .run());
        }
        var last = training(TINY, "broken", log, () -> false);
        assertTrue(last.run());
        assertEquals(3, whole.weightsFiles().size());
        for (int network = 0; network < 3; network++) {
            var expected = Safetensors.open(whole.weightsFiles().get(network));
            var got = Safetensors.open(last.weightsFiles().get(network));
            assertEquals(expected.tensors().keySet(), got.tensors().keySet());
            for (String name : expected.tensors().keySet()) {
                assertArrayEquals(expected.floats(name), got.floats(name), name);
            }
        }
        assertTrue(last.run(), "a finished run has nothing left to do");
    }

    @Test
    void otherSizesDoNotContinueARun() throws IOException {
        training(TINY, "run", new ArrayList<>(), () -> true).run();
        var wider = new EvfSamConfig("tiny", new EvfSamConfig.Fusion(24, 8, 1602, 40, 16, 1, 2, 32), SAM);
        var refused =
                assertThrows(IllegalArgumentException.class, () -> training(wider, "run", new ArrayList<>(), () -> true)
                        .run());
        assertTrue(refused.getMessage().contains("give --out another folder"), refused.getMessage());
    }

    @Test
    void whatShipsHasTheOfficialNamesOnlyAndItsTokenizerBesideIt() throws IOException {
        var training = training(TINY, "run", new ArrayList<>(), () -> false);
        training.run();
        var segmenter = training.weightsFiles().get(0);
        try (var manager = NDManager.newBaseManager()) {
            var official = Weights.initialise(1, manager);
            EvfSam.of(TINY, official);
            assertEquals(
                    official.used().keySet(),
                    Safetensors.open(segmenter).tensors().keySet());
            var tokenizer = EvfSamSegmenter.tokenizerBeside(segmenter);
            assertEquals(-1, Files.mismatch(TOKENIZER, tokenizer));
            EvfSamSegmenter.open(TINY, segmenter, tokenizer, manager).close();
            var aligner = Weights.open(training.weightsFiles().get(1), manager);
            AlphaClip.of(TINY_ALIGNER, aligner);
            aligner.requireAllUsed();
            var propagator = Weights.open(training.weightsFiles().get(2), manager);
            Cutie.of(PropagationStageTest.TINY, propagator);
            propagator.requireAllUsed(Cutie::ignores);
        }
    }

    @Test
    void theShippedRecipeIsWhole() {
        var recipe = Configs.load(
                FindTrackRecipe.class, List.of(HOME.resolve("configs/train/findtrack-nano.yaml")), Map.of());
        assertTrue(recipe.segmenter().steps() > 0);
        var config = EvfSamConfig.read(HOME.resolve("configs/models/evf-sam-nano.yaml"));
        assertTrue(config.sam2().isPresent());
    }

    @Test
    void masksOfABatchAreThoseOfItsExpressions() throws IOException {
        var video = DemoVideo.of(5, SceneConfig.video().withSize(64, 64).withFrames(4, 4), 3);
        var frame = video.frames().get(1);
        var meant = new ArrayList<ReferringBatch.Meant>();
        for (var expression : video.expressions()) {
            meant.add(new ReferringBatch.Meant(new long[] {0, 2}, expression.objects()));
        }
        try (var manager = NDManager.newBaseManager()) {
            var network = EvfSam.of(TINY, Weights.initialise(1, manager));
            var batch = ReferringBatch.of(List.of(new ReferringBatch.Frame(frame, meant)), network);
            var areas = frame.visiblePixels();
            for (int e = 0; e < meant.size(); e++) {
                int expected = meant.get(e).objects().stream()
                        .mapToInt(id -> areas[id - 1])
                        .sum();
                assertEquals(expected, 4 * sum(batch.targets(), e, 32 * 32), 1e-3);
                assertTrue(expected > 0 || batch.shown()[e] == 0);
                boolean isOne = meant.get(e).objects().size() == 1 && batch.shown()[e] > 0;
                assertEquals(isOne ? 1 : 0, batch.isOne()[e]);
                if (isOne) {
                    int x = Math.round(batch.points()[2 * e]);
                    int y = Math.round(batch.points()[2 * e + 1]);
                    assertEquals(meant.get(e).objects().get(0), frame.owners()[64 * y + x] & 0xFF);
                }
                double patchPixels = 64 * 64 / 9.0; // of unequal patches: 22 rows, 21 and 21
                assertEquals(expected, patchPixels * sum(batch.patchTargets(), e, 9), 0.07 * expected);
            }
        }
    }

    private static double sum(float[] grids, int e, int cells) {
        double sum = 0;
        for (int i = e * cells; i < (e + 1) * cells; i++) {
            sum += grids[i];
        }
        return sum;
    }

    @Test
    void masksOfAWideFrameLieWhereEachSamPutsIt() {
        var video = DemoVideo.of(5, SceneConfig.video().withSize(64, 128).withFrames(4, 4), 3);
        var all = List.of(new ReferringBatch.Meant(new long[] {0, 2}, List.of(1, 2, 3, 4, 5, 6)));
        var frame = new ReferringBatch.Frame(video.frames().get(1), all);
        try (var manager = NDManager.newBaseManager()) {
            var first = ReferringBatch.of(List.of(frame), EvfSam.of(TINY, Weights.initialise(1, manager)));
            var second = ReferringBatch.of(List.of(frame), EvfSam.of(TINY_2, Weights.initialise(1, manager)));
            assertEquals(32, first.sizes().mask());
            assertEquals(16, second.sizes().mask());
            for (int i = 32 * 16; i < 32 * 32; i++) {
                assertEquals(0, first.targets()[i], "the lower half of the first SAM's input shows nothing");
            }
            assertTrue(sum(first.targets(), 0, 32 * 32) > 0);
            // 4 x 4 pixels a cell of the first, 4 rows and 8 columns of the second
            assertEquals(16 * sum(first.targets(), 0, 32 * 32), 32 * sum(second.targets(), 0, 16 * 16), 1e-3);
        }
    }

    @Test
    void withSam2TheImageEncoderStaysAsItWasTrained() throws IOException {
        var start = folder.resolve("sam2.safetensors");
        try (var manager = NDManager.newBaseManager()) {
            var trained = Weights.initialise(99, manager);
            Sam2Image.of(TINY_2.sam2().orElseThrow().network(), trained);
            var writer = new SafetensorsWriter();
            trained.used().forEach(writer::add);
            writer.write(start);
            var segmenter = new FindTrackTraining.Segmenter(TINY_2, TOKENIZER, Optional.of(start));
            var training = new FindTrackTraining(
                    segmenter,
                    TINY_ALIGNER,
                    PropagationStageTest.TINY,
                    RECIPE,
                    folder.resolve("run"),
                    line -> {},
                    () -> false);
            assertTrue(training.run());
            var learnt = Safetensors.open(training.weightsFiles().get(0));
            int moved = 0;
            for (String name : trained.used().keySet()) {
                float[] before = trained.used().get(name).toFloatArray();
                float[] after = learnt.floats("visual_model." + name);
                boolean isDecoder = name.startsWith("sam_mask_decoder.") && !name.contains("conv_s");
                moved += Arrays.equals(before, after) ? 0 : 1;
                assertTrue(isDecoder || Arrays.equals(before, after), name);
            }
            assertTrue(moved > 20, moved + " parameters of the decoder have learnt");
        }
    }

    @Test
    void aSam2ThatIsNotTrainedIsRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new FindTrackTraining.Segmenter(TINY_2, TOKENIZER, Optional.empty()));
    }

    @Test
    void expressionsThatOneFrameCannotAnswerAreKnown() {
        var motion = new TreeSet<String>();
        for (long seed = 0; seed < 6; seed++) {
            var config = SceneConfig.video().withSize(64, 64).withFrames(12, 12);
            for (var expression : DemoVideo.of(seed, config, 3).expressions()) {
                if (expression.kind() == DemoExpression.Kind.APPEARANCE) {
                    assertFalse(expression.saysMotion(), expression.text());
                }
                if (expression.saysMotion()) {
                    motion.add(expression.kind().word());
                }
            }
        }
        assertTrue(motion.contains("motion"), motion.toString());
        assertTrue(
                new DemoExpression("the two dogs moving left", DemoExpression.Kind.PLURAL, List.of(1, 2)).saysMotion());
        assertFalse(new DemoExpression("the two dogs", DemoExpression.Kind.PLURAL, List.of(1, 2)).saysMotion());
    }

    @Test
    void aStepLeavesNoArrayBehindAndItsGradientsDoNotReadFreedMemory() throws Exception {
        try (var manager = NDManager.newBaseManager();
                var tokenizer = ExpressionTokenizer.open(TOKENIZER)) {
            var weights = Weights.initialise(7, manager);
            var network = EvfSam.of(TINY, weights);
            var stage = ReferringStage.of(network, weights, RECIPE.segmenter());
            var batch = new ReferringSampler(network, RECIPE.segmenter(), tokenizer::encode)
                    .sample(new SplittableRandom(3));
            assertSoundStep(weights, () -> stage.forward(batch, manager), manager);
        }
    }

    @Test
    void aStepOfTheAlignerDoesNotEither() throws Exception {
        try (var manager = NDManager.newBaseManager();
                var reader = TextReader.builtIn(TINY_ALIGNER.text())) {
            var weights = Weights.initialise(7, manager);
            var stage = new AlignmentStage(AlphaClip.of(TINY_ALIGNER, weights));
            var batch = AlignmentBatch.sample(RECIPE.aligner(), 32, reader::read, new SplittableRandom(3));
            assertSoundStep(weights, () -> stage.forward(batch, manager), manager);
        }
    }

    @Test
    void norAStepOfThePropagator() throws Exception {
        try (var manager = NDManager.newBaseManager()) {
            var weights = Weights.initialise(7, manager);
            var stage = PropagationStage.of(PropagationStageTest.TINY, weights, RECIPE.propagator());
            var batch = PropagationBatch.sample(
                    RECIPE.propagator(), RECIPE.propagator().phase(3), new SplittableRandom(3));
            assertSoundStep(weights, () -> stage.forward(batch, manager), manager);
        }
    }

    static void assertSoundStep(Weights weights, Supplier<StepResult> forward, NDManager manager)
            throws InterruptedException {
        weights.used()
                .forEach((name, parameter) -> parameter.setRequiresGradient(
                        !name.endsWith("gaussian_matrix") && !PropagationStage.isFrozen(name)));
        var first = new HashMap<String, float[]>();
        int before = -1; // the first step makes the tables that stay
        for (boolean isOverwritten : new boolean[] {false, true, true}) {
            try (var scope = new NDScope();
                    var collector = Engine.getInstance().newGradientCollector()) {
                scope.suppressNotUsedWarning();
                var result = forward.get();
                var filled = isOverwritten ? FreedMemory.overwrite() : List.of();
                collector.backward(result.loss());
                assertEquals(isOverwritten, !filled.isEmpty());
                assertTrue(Float.isFinite(result.loss().getFloat()));
                for (var entry : weights.used().entrySet()) {
                    if (entry.getValue().hasGradient()) {
                        var gradient = entry.getValue().getGradient();
                        float[] values = gradient.toFloatArray();
                        gradient.subi(gradient);
                        var known = first.putIfAbsent(entry.getKey(), values);
                        if (known != null) {
                            assertArrayEquals(known, values, Float.MIN_VALUE, entry.getKey()); // 0 equals -0
                        }
                    }
                }
            }
            int now = manager.getManagedArrays().size();
            assertTrue(before < 0 || before == now, before + " arrays, then " + now);
            before = now;
        }
        assertTrue(first.size() > 40, first.size() + " parameters");
    }
}
