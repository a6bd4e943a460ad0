package org.sola.train.findtrack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.dataset.ReferringDataset;
import org.sola.demo.DemoDataset;
import org.sola.evfsam.EvfSam;
import org.sola.evfsam.EvfSamConfig;
import org.sola.evfsam.EvfSamSegmenter;
import org.sola.tensor.Safetensors;
import org.sola.tensor.SafetensorsWriter;
import org.sola.tensor.Weights;

class FineTuningTest {
    private static final Path TOKENIZER =
            Path.of(System.getProperty("sola.home"), "checkpoints/evf-sam-nano.sentencepiece.model");
    private static final EvfSamConfig TINY = new EvfSamConfig(
            "tiny",
            new EvfSamConfig.Fusion(24, 8, 1602, 40, 16, 2, 2, 32),
            new EvfSamConfig.Sam(64, 8, 20, 3, 2, 3, List.of(1), 32, 2, 2, 24));

    private static FineTuningRecipe recipe(int epochs, int batch) {
        return new FineTuningRecipe(3, epochs, 5, batch, 1e-3, 0.01, 1e9, 1, 1, 3);
    }

    @TempDir
    Path folder;

    private ReferringDataset dataset;
    private Path start;

    @BeforeEach
    void writeDataAndWeights() throws IOException {
        DemoDataset.generate(folder.resolve("demo"), 4, 2, "train");
        dataset = ReferringDataset.open(folder.resolve("demo/train"));
        start = checkpoint("start.safetensors", Set.of());
    }

    private Path checkpoint(String name, Set<String> without) throws IOException {
        var file = folder.resolve(name);
        try (var manager = NDManager.newBaseManager()) {
            var weights = Weights.initialise(1, manager);
            EvfSam.of(TINY, weights);
            var writer = new SafetensorsWriter();
            weights.used().forEach((parameter, array) -> {
                if (!without.contains(parameter)) {
                    writer.add(parameter, array);
                }
            });
            writer.write(file);
        }
        return file;
    }

    private FineTuning tuning(Path from, String run, List<String> log, BooleanSupplier isStopped) {
        return tuning(recipe(1, 16), from, run, log, isStopped);
    }

    private FineTuning tuning(
            FineTuningRecipe recipe, Path from, String run, List<String> log, BooleanSupplier isStopped) {
        return new FineTuning(
                new FineTuning.Start(TINY, from, TOKENIZER), dataset, recipe, folder.resolve(run), log::add, isStopped);
    }

    private static boolean run(FineTuning tuning) throws IOException {
        try (var manager = NDManager.newBaseManager()) {
            return tuning.run(manager);
        }
    }

    @Test
    void aStoppedTuningEndsWhereAnUnbrokenOneDoes() throws IOException {
        var log = new ArrayList<String>();
        var whole = tuning(start, "whole", log, () -> false);
        assertTrue(run(whole));
        assertTrue(log.get(0).matches("\\d+ steps of 16 expressions, 1 epochs"), log.get(0));
        var steps = new AtomicInteger();
        assertFalse(run(tuning(start, "broken", log, () -> steps.incrementAndGet() == 2)));
        var last = tuning(start, "broken", log, () -> false);
        assertTrue(run(last));
        var expected = Safetensors.open(whole.weightsFile());
        var got = Safetensors.open(last.weightsFile());
        for (String name : expected.tensors().keySet()) {
            assertArrayEquals(expected.floats(name), got.floats(name), name);
        }
        try (var manager = NDManager.newBaseManager()) {
            EvfSamSegmenter.open(
                            TINY, whole.weightsFile(), EvfSamSegmenter.tokenizerBeside(whole.weightsFile()), manager)
                    .close();
        }
    }

    @Test
    void theImageEncoderStaysAndAllElseLearns() throws IOException {
        var tuning = tuning(start, "run", new ArrayList<>(), () -> false);
        assertTrue(run(tuning));
        var before = Safetensors.open(start);
        var after = Safetensors.open(tuning.weightsFile());
        assertEquals(before.tensors().keySet(), after.tensors().keySet());
        for (String name : before.tensors().keySet()) {
            boolean isSame = Arrays.equals(before.floats(name), after.floats(name));
            if (FineTuningStage.isFrozen(name)) {
                assertTrue(isSame, name);
            } else if (name.startsWith("text_hidden_fcs") || name.endsWith("no_mask_embed.weight")) {
                assertFalse(isSame, name);
            }
        }
        assertTrue(FineTuningStage.isFrozen("visual_model.image_encoder.blocks.0.norm1.weight"));
        assertTrue(FineTuningStage.isFrozen("visual_model.sam_mask_decoder.conv_s0.weight"));
        assertFalse(FineTuningStage.isFrozen("visual_model.sam_mask_decoder.iou_token.weight"));
        assertFalse(FineTuningStage.isFrozen("visual_model.mask_decoder.iou_token.weight"));
        assertFalse(FineTuningStage.isFrozen("mm_extractor.beit3.text_embed.weight"));
    }

    @Test
    void aStepReadsNoFreedMemoryAndLeavesNoneBehind() throws Exception {
        try (var manager = NDManager.newBaseManager()) {
            var weights = Weights.initialise(7, manager);
            var stage = new FineTuningStage(EvfSam.of(TINY, weights), recipe(1, 4));
            var frames = new TruthSampler(dataset, recipe(1, 4), text -> new long[] {0, 7, 9, 2}).sample(0);
            FindTrackTrainingTest.assertSoundStep(weights, () -> stage.forward(frames, manager), manager);
        }
    }

    @Test
    void itLearnsWhatItIsShown() throws IOException {
        var log = new ArrayList<String>();
        run(tuning(recipe(4, 2), start, "run", log, () -> false));
        var losses = log.stream()
                .filter(line -> line.contains("loss "))
                .map(line -> Double.parseDouble(line.replaceAll(".*loss ([0-9.]+),.*", "$1")))
                .toList();
        assertTrue(losses.size() > 1, log.toString());
        assertTrue(losses.get(losses.size() - 1) < 0.9 * losses.get(0), losses.toString());
    }

    @Test
    void anEpochSeesEveryExpressionAtEveryFifthFrame() {
        var sampler = new TruthSampler(dataset, recipe(1, 16), text -> new long[] {text.hashCode()});
        var seen = new HashSet<Long>();
        int shown = 0;
        for (int step = 0; step < sampler.stepsAnEpoch(); step++) {
            var frames = sampler.sample(step);
            assertEquals(16, frames.size());
            for (var frame : frames) {
                seen.add(frame.pieces()[0]);
                assertEquals(frame.image().height(), frame.truth().height());
                shown += frame.truth().isEmpty() ? 0 : 1;
            }
        }
        var meant = new HashSet<Long>();
        for (var video : dataset.videos()) {
            for (var expression : video.expressions()) {
                if (!expression.annotationIds().orElseThrow().isEmpty()) {
                    meant.add((long) expression.normalisedText().hashCode());
                }
            }
        }
        assertEquals(meant, seen);
        assertTrue(shown > 0);
        var again = new TruthSampler(dataset, recipe(1, 16), text -> new long[] {text.hashCode()});
        assertEquals(
                sampler.sample(1).stream().map(TruthFrame::truth).toList(),
                again.sample(1).stream().map(TruthFrame::truth).toList());
    }

    @Test
    void aFileThatLacksAParameterIsRefusedWithItsName() throws IOException {
        String lacking = "text_hidden_fcs.0.2.bias";
        var part = checkpoint("part.safetensors", Set.of(lacking));
        var refused = assertThrows(
                IllegalArgumentException.class, () -> run(tuning(part, "run", new ArrayList<>(), () -> false)));
        assertTrue(refused.getMessage().contains(lacking), refused.getMessage());
    }
}
