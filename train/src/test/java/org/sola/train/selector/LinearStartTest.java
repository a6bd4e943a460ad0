package org.sola.train.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.sola.selector.Selector;
import org.sola.selector.SelectorConfig;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Weights;

class LinearStartTest {
    private static final SelectorConfig SMALL =
            new SelectorConfig("small", 16, 32, 24, 16, 4, 2, 100, 4, 0.0, 0.0, 8, 8);

    private static TrainingVideos videos() {
        var random = new Random(3);
        List<TrainingVideo> videos = new ArrayList<>();
        for (int v = 0; v < 12; v++) {
            int tracks = 2 + random.nextInt(4);
            int frames = 8 + random.nextInt(16);
            var tokens = new float[tracks * frames * 16];
            for (int i = 0; i < tokens.length; i++) {
                int channel = i % 16;
                tokens[i] = (float) (random.nextGaussian() * (1 + channel) + 10 * channel); // far from standardised
            }
            var expression = new TrainingExpression("0", "the thing", "appearance", new float[tracks]);
            videos.add(new TrainingVideo("video" + v, tracks, frames, 16, tokens, List.of(expression)));
        }
        return TrainingVideos.of(videos);
    }

    private static NDArray tokens(NDManager manager, TrainingVideo video) throws IOException {
        return EngineMemory.of(manager, video.tokens(), new Shape(1, video.tracks(), video.frames(), 16));
    }

    @Test
    void everyNormalisationIsFittedToTheVideos() throws Exception {
        try (var manager = NDManager.newBaseManager()) {
            var initial = Weights.initialise(1, manager);
            Selector.of(SMALL, initial);
            var weights = new HashMap<>(initial.used());
            var videos = videos();
            LinearStart.apply(SMALL, weights, videos);

            var selector = Selector.of(SMALL, Weights.of("fitted", weights));
            var results = new HashMap<String, List<float[]>>();
            for (int v = 0; v < videos.size(); v++) {
                selector.trunk(tokens(manager, videos.load(v)), false, (name, value) -> results.computeIfAbsent(
                                        name, key -> new ArrayList<>())
                                .add(value.get().toType(DataType.FLOAT32, false).toFloatArray()))
                        .score(manager.zeros(new Shape(1, 1, 32)));
            }
            for (int entry : new int[] {1, 5, 9, 13, 17}) {
                requireMoments(results.get("short_motion_encoder." + entry), entry < 12 ? 24 : 32, 2);
            }
            for (int layer = 0; layer < 2; layer++) {
                for (String norm : List.of("inter_object", "motion", "language")) {
                    requireMoments(results.get("layer" + layer + "." + norm), 32, 0);
                }
            }
        }
    }

    private static void requireMoments(List<float[]> results, int channels, double mean) {
        for (int c = 0; c < channels; c++) {
            double sum = 0;
            double squares = 0;
            long n = 0;
            for (float[] values : results) {
                for (int i = c; i < values.length; i += channels) {
                    sum += values[i];
                    squares += (double) values[i] * values[i];
                    n++;
                }
            }
            assertEquals(mean, sum / n, 0.01);
            assertEquals(1, squares / n - sum / n * (sum / n), 0.02);
        }
    }

    @Test
    void attentionBeginsByAddingNothing() throws Exception {
        try (var manager = NDManager.newBaseManager()) {
            var initial = Weights.initialise(1, manager);
            Selector.of(SMALL, initial);
            var weights = new HashMap<>(initial.used());
            var videos = videos();
            var selector = Selector.of(SMALL, Weights.of("any", weights));
            var words = manager.randomNormal(new Shape(3, 5, 32));
            var object = tokens(manager, videos.load(0));

            var attended = selector.score(object, words).scores();
            var alone = selector.withoutAttention().score(object, words).scores();
            assertTrue(attended.sub(alone).abs().max().getFloat() > 0.01f);

            int before = manager.getManagedArrays().size();
            LinearStart.apply(SMALL, weights, videos);
            assertEquals(before, manager.getManagedArrays().size());
            attended = selector.score(object, words).scores();
            alone = selector.withoutAttention().score(object, words).scores();
            assertEquals(alone.getShape(), attended.getShape());
            assertTrue(attended.sub(alone).abs().max().getFloat() < 1e-4f);
        }
    }
}
