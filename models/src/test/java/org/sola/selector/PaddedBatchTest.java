package org.sola.selector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Weights;

/** A padded batch of videos is what its videos are one at a time: scores, representatives and gradients. */
class PaddedBatchTest {
    private static final double TOLERANCE = 3e-5; // of the largest value of an array
    private static final float JUNK = 37; // lies in the padding and must not matter

    /** A video of the batch: its size, and the number of words of each of its expressions. */
    record Video(VideoSize size, List<Integer> words) {}

    /** A batch and the sizes of the network that reads it. */
    record Batch(List<Video> videos, SelectorConfig config, long seed) {
        int tracks() {
            return videos.stream().mapToInt(v -> v.size().tracks()).max().orElseThrow();
        }

        int frames() {
            return videos.stream().mapToInt(v -> v.size().frames()).max().orElseThrow();
        }

        int[] words() {
            return videos.stream()
                    .flatMap(v -> v.words().stream())
                    .mapToInt(Integer::intValue)
                    .toArray();
        }

        int[] videoOfExpression() {
            return IntStream.range(0, videos.size())
                    .flatMap(v -> videos.get(v).words().stream().mapToInt(w -> v))
                    .toArray();
        }
    }

    private static SelectorConfig config(int encoderDim, int heads, int layers, int negatives) {
        return new SelectorConfig("small", 16, 32, encoderDim, 16, heads, layers, 100, negatives, 0, 0, 2, 2);
    }

    @Provide
    Arbitrary<Batch> batches() {
        var sizes = Combinators.combine(
                        Arbitraries.integers().between(1, 7),
                        Arbitraries.integers().between(1, 33))
                .as(VideoSize::new);
        var words = Arbitraries.integers().between(1, 9).list().ofMinSize(1).ofMaxSize(3);
        var videos = Combinators.combine(sizes, words)
                .as(Video::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
        // one head folds the language attention even for few queries, four heads do not
        var configs = Arbitraries.of(
                config(32, 1, 2, 4), config(32, 4, 2, 4), config(32, 4, 1, 0), config(0, 1, 2, 4), config(32, 1, 0, 4));
        return Combinators.combine(videos, configs, Arbitraries.longs().between(0, 1_000_000))
                .as(Batch::new);
    }

    /** What a pass gave: scores and representatives of the tracks that are there, and the parameters' gradients. */
    private record Outcome(List<float[]> scores, List<float[]> tokens, Map<String, float[]> gradients) {}

    private static float[] normal(Random random, int count) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Tokens of a video, its expressions' text rows, and what its scores and representatives count in the loss. */
    private record Sample(float[] tokens, List<float[]> text, float[] ofScores, float[] ofTokens) {
        static Sample of(Video video, SelectorConfig config, Random random) {
            int n = video.size().tracks();
            int d = config.langTokenDim();
            int e = video.words().size();
            var text = new ArrayList<float[]>();
            video.words().forEach(count -> text.add(normal(random, count * d)));
            return new Sample(
                    normal(random, n * video.size().frames() * config.objectTokenDim()),
                    text,
                    normal(random, e * n),
                    normal(random, e * n * d));
        }
    }

    private static NDArray text(NDManager manager, List<float[]> rows, int d) {
        int width = rows.stream().mapToInt(r -> r.length / d).max().orElseThrow();
        var padded = new float[rows.size() * width * d];
        for (int e = 0; e < rows.size(); e++) {
            System.arraycopy(rows.get(e), 0, padded, e * width * d, rows.get(e).length);
        }
        return EngineMemory.of(manager, padded, new Shape(rows.size(), width, d));
    }

    private static Weights parameters(Batch batch, NDManager manager) {
        var drawn = Weights.initialise(batch.seed(), manager);
        Selector.of(batch.config(), drawn);
        var own = new LinkedHashMap<String, NDArray>();
        drawn.used().forEach((name, array) -> own.put(name, array.duplicate()));
        own.forEach((name, array) -> array.setRequiresGradient(!name.equals(PositionalEncoding.GAUSSIAN)));
        return Weights.of("initial values", own);
    }

    private static Outcome outcome(Map<String, NDArray> parameters, List<float[]> scores, List<float[]> tokens) {
        var gradients = new LinkedHashMap<String, float[]>();
        parameters.forEach((name, array) -> {
            if (array.hasGradient()) {
                gradients.put(name, array.getGradient().toFloatArray());
            }
        });
        return new Outcome(scores, tokens, gradients);
    }

    private static Outcome oneAtATime(Batch batch, List<Sample> samples, boolean attends) {
        try (var manager = NDManager.newBaseManager()) {
            var weights = parameters(batch, manager);
            var whole = Selector.of(batch.config(), weights);
            var selector = attends ? whole : whole.withoutAttention();
            int d = batch.config().langTokenDim();
            var scores = new ArrayList<float[]>();
            var tokens = new ArrayList<float[]>();
            for (int v = 0; v < samples.size(); v++) {
                var sample = samples.get(v);
                var video = batch.videos().get(v);
                int n = video.size().tracks();
                int e = video.words().size();
                try (var scope = new NDScope();
                        var collector = Engine.getInstance().newGradientCollector()) {
                    scope.suppressNotUsedWarning();
                    var objects = EngineMemory.of(
                            manager,
                            sample.tokens(),
                            new Shape(
                                    1, n, video.size().frames(), batch.config().objectTokenDim()));
                    var result = selector.trunk(objects)
                            .score(
                                    text(manager, sample.text(), d),
                                    video.words().stream()
                                            .mapToInt(Integer::intValue)
                                            .toArray());
                    scores.add(result.scores().toFloatArray());
                    tokens.add(result.tokens().toFloatArray());
                    collector.backward(result.scores()
                            .mul(EngineMemory.of(manager, sample.ofScores(), new Shape(e, n)))
                            .sum()
                            .add(result.tokens()
                                    .mul(EngineMemory.of(manager, sample.ofTokens(), new Shape(e, n, d)))
                                    .sum()));
                }
            }
            return outcome(weights.used(), scores, tokens);
        }
    }

    private static Outcome together(Batch batch, List<Sample> samples, boolean attends) {
        try (var manager = NDManager.newBaseManager();
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var weights = parameters(batch, manager);
            var whole = Selector.of(batch.config(), weights);
            var selector = attends ? whole : whole.withoutAttention();
            int tracks = batch.tracks();
            int frames = batch.frames();
            int width = batch.config().objectTokenDim();
            int d = batch.config().langTokenDim();
            var objects = new float[samples.size() * tracks * frames * width];
            Arrays.fill(objects, JUNK);
            int expressions = batch.words().length;
            var ofScores = new float[expressions * tracks];
            var ofTokens = new float[expressions * tracks * d];
            var rows = new ArrayList<float[]>();
            for (int v = 0; v < samples.size(); v++) {
                var size = batch.videos().get(v).size();
                var sample = samples.get(v);
                for (int n = 0; n < size.tracks(); n++) {
                    int length = size.frames() * width;
                    System.arraycopy(sample.tokens(), n * length, objects, (v * tracks + n) * frames * width, length);
                }
                for (int e = 0; e < sample.text().size(); e++) {
                    int to = rows.size();
                    int n = size.tracks();
                    System.arraycopy(sample.ofScores(), e * n, ofScores, to * tracks, n);
                    System.arraycopy(sample.ofTokens(), e * n * d, ofTokens, to * tracks * d, n * d);
                    rows.add(sample.text().get(e));
                }
            }
            var scores = new ArrayList<float[]>();
            var tokens = new ArrayList<float[]>();
            try (var collector = Engine.getInstance().newGradientCollector()) {
                var array = EngineMemory.of(manager, objects, new Shape(samples.size(), tracks, frames, width));
                var sizes = batch.videos().stream().map(Video::size).toList();
                var result = selector.trunk(array, sizes, false)
                        .score(text(manager, rows, d), batch.words(), batch.videoOfExpression());
                assertEquals(new Shape(expressions, tracks), result.scores().getShape());
                float[] all = result.scores().toFloatArray();
                float[] z = result.tokens().toFloatArray();
                int e = 0;
                for (var video : batch.videos()) {
                    int n = video.size().tracks();
                    int count = video.words().size();
                    var own = new float[count * n];
                    var ownTokens = new float[count * n * d];
                    for (int i = 0; i < count; i++, e++) {
                        System.arraycopy(all, e * tracks, own, i * n, n);
                        System.arraycopy(z, e * tracks * d, ownTokens, i * n * d, n * d);
                    }
                    scores.add(own);
                    tokens.add(ownTokens);
                }
                collector.backward(result.scores()
                        .mul(EngineMemory.of(manager, ofScores, new Shape(expressions, tracks)))
                        .sum()
                        .add(result.tokens()
                                .mul(EngineMemory.of(manager, ofTokens, new Shape(expressions, tracks, d)))
                                .sum()));
            }
            return outcome(weights.used(), scores, tokens);
        }
    }

    private static void assertClose(float[] expected, float[] got, double atLeast, String name) {
        double largest = atLeast;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertArrayEquals(expected, got, (float) (TOLERANCE * largest), name);
    }

    private static void compare(Batch batch, boolean attends) {
        var random = new Random(batch.seed());
        var samples = batch.videos().stream()
                .map(video -> Sample.of(video, batch.config(), random))
                .toList();
        var alone = oneAtATime(batch, samples, attends);
        var together = together(batch, samples, attends);
        for (int v = 0; v < samples.size(); v++) {
            assertClose(alone.scores().get(v), together.scores().get(v), 1, "scores of video " + v);
            assertClose(alone.tokens().get(v), together.tokens().get(v), 1, "representatives of video " + v);
        }
        assertEquals(alone.gradients().keySet(), together.gradients().keySet());
        double largest = 0;
        for (float[] gradient : alone.gradients().values()) {
            for (float value : gradient) {
                largest = Math.max(largest, Math.abs(value));
            }
        }
        for (var gradient : alone.gradients().entrySet()) {
            String name = gradient.getKey();
            // a key's bias adds the same to all products: its gradient is rounding alone
            double atLeast = name.endsWith("k_proj.bias") ? largest : largest / 100;
            assertClose(gradient.getValue(), together.gradients().get(name), atLeast, "gradient of " + name);
        }
    }

    @Property(tries = 60)
    void aPaddedBatchIsItsVideosOneAtATime(@ForAll("batches") Batch batch) {
        compare(batch, true);
    }

    @Property(tries = 15)
    void alsoWithoutAttention(@ForAll("batches") Batch batch) {
        compare(batch, false);
    }

    @Test
    void sizesAndExpressionsThatDoNotFitAreRefused() {
        try (var manager = NDManager.newBaseManager()) {
            var selector = Selector.of(config(32, 4, 1, 4), Weights.initialise(1, manager));
            var tokens = manager.zeros(new Shape(2, 3, 9, 16));
            var fits = new VideoSize(3, 9);
            assertThrows(IllegalArgumentException.class, () -> selector.trunk(tokens, List.of(fits), false));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> selector.trunk(tokens, List.of(fits, new VideoSize(4, 9)), false));
            assertThrows(IllegalArgumentException.class, () -> new VideoSize(0, 9));
            var trunk = selector.trunk(tokens, List.of(fits, new VideoSize(1, 2)), false);
            var text = manager.zeros(new Shape(2, 4, 32));
            for (int[] videos : new int[][] {{0, 0}, {1, 0}, {0, 2}, {0}}) {
                var e = assertThrows(IllegalArgumentException.class, () -> trunk.score(text, new int[] {4, 4}, videos));
                assertTrue(e.getMessage().contains("videos 0 to 1"), e.getMessage());
            }
        }
    }
}
