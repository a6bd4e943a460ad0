package org.sola.train.selector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.config.Configs;
import org.sola.selector.SelectorBlock;
import org.sola.selector.SelectorConfig;
import org.sola.tensor.Weights;
import org.sola.train.AdamW;

/** Steps of several videos, padded to the largest of them. */
class VideosPerStepTest {
    @TempDir
    private Path folder;

    @Test
    void severalVideosAStepLearnTooAndGoOnToTheSameNumbers() throws IOException {
        var recipe = Configs.load(
                TrainingRecipe.class,
                List.of(Path.of(System.getProperty("sola.home"), "configs/train/demo.yaml")),
                Map.of(
                        "epochs", "16",
                        "videosPerStep", "3",
                        "expressionsPerStep", "3", // a video's four expressions are two parts
                        "start.silentEpochs", "1",
                        "optimizer.warmupSteps", "0",
                        "optimizer.learningRate", "0.002",
                        "optimizer.averageDecay", "0.9"));
        var whole = SelectorTraining.run(
                folder.resolve("whole"),
                SelectorTrainingTest.SMALL,
                recipe,
                SelectorTrainingTest.splits(),
                SelectorTrainingTest.WORDS,
                TrainingProgress.NONE,
                () -> false);
        assertTrue(whole.best() > 0.9, "expression F1 " + whole.best());
        var steps = new int[1];
        for (int stop : new int[] {7, 40}) {
            steps[0] = 0;
            BooleanSupplier isStopped = () -> ++steps[0] == stop;
            SelectorTraining.run(
                    folder.resolve("cut"),
                    SelectorTrainingTest.SMALL,
                    recipe,
                    SelectorTrainingTest.splits(),
                    SelectorTrainingTest.WORDS,
                    TrainingProgress.NONE,
                    isStopped);
        }
        SelectorTraining.run(
                folder.resolve("cut"),
                SelectorTrainingTest.SMALL,
                recipe,
                SelectorTrainingTest.splits(),
                SelectorTrainingTest.WORDS,
                TrainingProgress.NONE,
                () -> false);
        assertEquals(
                SelectorTrainingTest.withoutSeconds(folder.resolve("whole")),
                SelectorTrainingTest.withoutSeconds(folder.resolve("cut")));
        assertArrayEquals(
                Files.readAllBytes(folder.resolve("whole/best.safetensors")),
                Files.readAllBytes(folder.resolve("cut/best.safetensors")));
    }

    @Test
    void theLossOfAStepOfSeveralVideosIsTheMeanOverTheirExpressions() throws IOException {
        var videos = SelectorTrainingTest.videos(5, 9);
        for (var alignment : SelectorLoss.Alignment.values()) {
            for (int negatives : new int[] {4, 0}) {
                var config = new SelectorConfig("small", 16, 32, 32, 16, 4, 2, 100, negatives, 0, 0, 8, 8);
                var loss = new SelectorLoss(1.5, 0.3, alignment);
                try (var model = Model.newInstance("selector", "PyTorch")) {
                    var manager = model.getNDManager();
                    var block = SelectorBlock.of(config, Weights.initialise(1, manager));
                    model.setBlock(block);
                    var adamw = new AdamW(block.trainable(), manager, 0, 1, 0);
                    try (var step = SelectorStep.of(model, block, loss, adamw, () -> 1e-3)) {
                        var parts = new ArrayList<StepInput.Part>();
                        double sum = 0;
                        int expressions = 0;
                        for (int v = 0; v < videos.size(); v++) {
                            var part = part(videos.load(v), 1 + v % 3);
                            var alone = StepInput.of(manager, List.of(part), 32);
                            sum += part.text().size()
                                    * step.evaluate(block.selector(), alone.getData(), alone.getLabels());
                            expressions += part.text().size();
                            parts.add(part);
                        }
                        var together = StepInput.of(manager, parts, 32);
                        assertEquals(
                                sum / expressions,
                                step.evaluate(block.selector(), together.getData(), together.getLabels()),
                                1e-4 * Math.abs(sum / expressions));
                        float first = step.train(together.getData(), together.getLabels(), 1)
                                .loss();
                        float second = step.train(together.getData(), together.getLabels(), 2)
                                .loss();
                        assertTrue(second < first, first + " and then " + second);
                    }
                }
            }
        }
    }

    private static StepInput.Part part(TrainingVideo video, int expressions) {
        var some = video.expressions().subList(0, expressions);
        return new StepInput.Part(
                VideoView.whole(video),
                video.tokenDim(),
                some.stream()
                        .map(expression -> SelectorTrainingTest.WORDS.encode(expression.text()))
                        .toList(),
                some.stream().map(expression -> expression.labels(0.5)).toList());
    }
}
