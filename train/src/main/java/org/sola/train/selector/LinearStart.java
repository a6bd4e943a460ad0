package org.sola.train.selector;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.sola.selector.Selector;
import org.sola.selector.SelectorConfig;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Weights;

/**
 * Initial values from which a selector learns in minutes what a track's tokens have to do with an expression's words.
 * With torch's own defaults five rectified random convolutions and attentions over other tracks hide a track's tokens,
 * and the random negative rows outweigh the words.
 *
 * <p>Here the motion encoder hands its input on: every convolution carries a channel over, smoothed in time, plus a
 * little noise; the attentions add nothing; the negative rows are small. Normalisations are fitted to some videos, layer
 * by layer: inside the encoder every channel has mean 2, so that nearly nothing is cut off, afterwards mean 0, and
 * variance 1 (as in Krähenbühl et al., "Data-dependent Initializations of Convolutional Neural Networks").
 */
final class LinearStart {
    private static final int VIDEOS = 40;
    private static final float NOISE = 0.3f; // of torch's default
    private static final float NEGATIVE_ROWS = 0.02f;
    private static final float INSIDE = 2; // standard deviations above the bend of the rectifiers
    private static final String ENCODER = "short_motion_encoder.";
    private static final String LAYERS = "object_lang_align_layers.";
    private static final List<String> ATTENTIONS = List.of("obj_attn", "motion_attn", "object2lang_attn");
    private static final List<String> NORM_PROBES = List.of("inter_object", "motion", "language");
    private static final double SMALLEST_DEVIATION = 1e-4;

    private final SelectorConfig config;
    private final Map<String, NDArray> weights;
    private final Selector selector; // over these weights; its attentions add nothing until training moves them

    private LinearStart(SelectorConfig config, Map<String, NDArray> weights) {
        this.config = config;
        this.weights = weights;
        this.selector = Selector.of(config, Weights.of("the start", weights)).withoutAttention();
    }

    /** Changes {@code weights}, torch's defaults under the official names, in place. */
    static void apply(SelectorConfig config, Map<String, NDArray> weights, TrainingVideos videos) throws IOException {
        var start = new LinearStart(config, weights);
        start.handOn();
        start.silence();
        start.fit(sample(videos));
    }

    private static List<TrainingVideo> sample(TrainingVideos videos) throws IOException {
        var withTracks = IntStream.range(0, videos.size())
                .filter(i -> videos.expressions(i) > 0)
                .toArray();
        var sample = new ArrayList<TrainingVideo>();
        int count = Math.min(VIDEOS, withTracks.length);
        for (int i = 0; i < count; i++) {
            sample.add(videos.load(withTracks[(int) ((long) i * withTracks.length / count)]));
        }
        return sample;
    }

    private void handOn() {
        for (int block = 0; block <= 5; block++) {
            var name = ENCODER + 4 * block + ".weight";
            if (!weights.containsKey(name)) {
                continue; // without a motion encoder only the last one is there
            }
            var shape = weights.get(name).getShape();
            int in = (int) shape.get(1);
            int taps = (int) shape.get(2);
            change(name, values -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] *= NOISE;
                }
                for (int out = 0; out < shape.get(0); out++) {
                    int sign = out / in % 2 == 0 ? 1 : -1; // a second copy adds what the first one's bend cuts off
                    for (int tap = 0; tap < taps; tap++) {
                        values[(out * in + out % in) * taps + tap] += sign * (tap == taps / 2 ? 1 : 0.5f);
                    }
                }
            });
            fill(ENCODER + 4 * block + ".bias", 0);
        }
    }

    private void silence() {
        for (int layer = 0; layer < config.layers(); layer++) {
            for (String attention : ATTENTIONS) {
                fill(LAYERS + layer + "." + attention + ".out_proj.weight", 0);
                fill(LAYERS + layer + "." + attention + ".out_proj.bias", 0);
            }
        }
        if (weights.containsKey("negative_token.weight")) {
            change("negative_token.weight", values -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] *= NEGATIVE_ROWS;
                }
            });
        }
    }

    private void fit(List<TrainingVideo> videos) throws IOException {
        for (int block = 0; block < 5 && weights.containsKey(ENCODER + "1.weight"); block++) {
            int entry = 4 * block + 1;
            fit(videos, ENCODER + entry, ENCODER + entry, INSIDE);
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            for (int norm = 0; norm < NORM_PROBES.size(); norm++) {
                fit(videos, LAYERS + layer + ".norm." + norm, "layer" + layer + "." + NORM_PROBES.get(norm), 0);
            }
        }
    }

    /** Gives every channel of a normalisation's result this mean and variance 1 over the videos. */
    private void fit(List<TrainingVideo> videos, String norm, String probe, float mean) throws IOException {
        int channels = (int) weights.get(norm + ".weight").size();
        var moments = new Moments(channels);
        for (var video : videos) {
            moments.add(results(video, probe));
        }
        change(norm + ".weight", values -> {
            for (int c = 0; c < channels; c++) {
                values[c] = (float) (1 / moments.deviation(c));
            }
        });
        change(norm + ".bias", values -> {
            for (int c = 0; c < channels; c++) {
                values[c] = (float) (mean - moments.mean(c) / moments.deviation(c));
            }
        });
    }

    private float[] results(TrainingVideo video, String wanted) throws IOException {
        var found = new float[1][];
        try (var manager = selector.negatives().getManager().newSubManager();
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var tokens = EngineMemory.of(
                    manager, video.tokens(), new Shape(1, video.tracks(), video.frames(), video.tokenDim()));
            selector.trunk(tokens, false, (name, value) -> {
                        if (name.equals(wanted)) {
                            found[0] = value.get().toFloatArray();
                        }
                    })
                    .score(manager.zeros(new Shape(1, 1, config.langTokenDim())));
        }
        if (found[0] == null) {
            throw new IllegalStateException("the selector has no part \"" + wanted + "\"");
        }
        return found[0];
    }

    private void fill(String name, float value) {
        change(name, values -> java.util.Arrays.fill(values, value));
    }

    @FunctionalInterface
    private interface Change {
        void to(float[] values);
    }

    private void change(String name, Change change) {
        var array = weights.get(name);
        float[] values = array.toFloatArray();
        change.to(values);
        EngineMemory.overwrite(array, values);
    }

    /** Mean and deviation of every channel; channels are the last axis. */
    private static final class Moments {
        private final double[] sums;
        private final double[] squares;
        private long count;

        Moments(int channels) {
            sums = new double[channels];
            squares = new double[channels];
        }

        void add(float[] values) {
            for (int i = 0; i < values.length; i++) {
                int channel = i % sums.length;
                sums[channel] += values[i];
                squares[channel] += (double) values[i] * values[i];
            }
            count += values.length / sums.length;
        }

        double mean(int channel) {
            return sums[channel] / count;
        }

        double deviation(int channel) {
            double variance = squares[channel] / count - mean(channel) * mean(channel);
            return Math.sqrt(Math.max(variance, 0)) + SMALLEST_DEVIATION;
        }
    }
}
