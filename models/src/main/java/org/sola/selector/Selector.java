package org.sola.selector;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.sola.tensor.Init;
import org.sola.tensor.Kernels;
import org.sola.tensor.Precision;
import org.sola.tensor.Weights;

/**
 * SOLA's track selector: scores every track of a video against an expression (paper section 3.3, official file
 * {@code module/module.py}). B videos, E expressions, N tracks, T frames, T' = ceil(T / 8), W text tokens, D channels.
 *
 * <p>Instances are immutable and hold arrays of the weights' manager; a forward pass makes arrays of the inputs' manager,
 * so the caller opens a scope around it.
 */
public final class Selector {
    private final SelectorConfig config;
    private final ShortMotionEncoder shortMotionEncoder;
    private final PositionalEncoding positionalEncoding;
    private final List<ObjectLangAlignLayer> layers;
    private final NDArray negativeToken;

    private Selector(
            SelectorConfig config,
            ShortMotionEncoder shortMotionEncoder,
            PositionalEncoding positionalEncoding,
            List<ObjectLangAlignLayer> layers,
            NDArray negativeToken) {
        this.config = config;
        this.shortMotionEncoder = shortMotionEncoder;
        this.positionalEncoding = positionalEncoding;
        this.layers = layers;
        this.negativeToken = negativeToken;
    }

    /** Builds the network from parameters of the official names. */
    public static Selector of(SelectorConfig config, Weights weights) {
        return of(config, weights, Precision.FLOAT32);
    }

    /** The same, with large matrix products in {@code precision}; a {@link #frozen} one convolves in float32 always. */
    public static Selector of(SelectorConfig config, Weights weights, Precision precision) {
        var encoder = ShortMotionEncoder.of(config, weights.at("short_motion_encoder"), precision);
        var positions = PositionalEncoding.of(config, weights);
        var layers = IntStream.range(0, config.layers())
                .mapToObj(i -> ObjectLangAlignLayer.of(
                        config, weights.at("object_lang_align_layers").at(i), precision))
                .toList();
        return new Selector(config, encoder, positions, layers, negatives(config, weights, positions));
    }

    private static NDArray negatives(SelectorConfig config, Weights weights, PositionalEncoding positions) {
        return config.negatives() == 0
                ? positions.manager().zeros(new Shape(0, config.langTokenDim())) // no parameter, and nothing to train
                : weights.at("negative_token").get("weight", Init.normal(1), config.negatives(), config.langTokenDim());
    }

    /**
     * The same network for scoring many videos with parameters that no longer change: what depends on them alone is
     * computed once, into arrays of {@code manager}.
     */
    public Selector frozen(NDManager manager) {
        return new Selector(config, shortMotionEncoder.frozen(manager), positionalEncoding, layers, negativeToken);
    }

    /** The same parameters without the attentions' part: what is left are encoder, normalisations and scores. */
    public Selector withoutAttention() {
        return new Selector(
                config,
                shortMotionEncoder,
                positionalEncoding,
                layers.stream().map(ObjectLangAlignLayer::withoutAttention).toList(),
                negativeToken);
    }

    /** What the network was built as. */
    public SelectorConfig config() {
        return config;
    }

    /** The learnable negative rows, (negatives, D), which the alignment loss needs; there may be none. */
    public NDArray negatives() {
        return negativeToken;
    }

    /** Scores tracks (B, N, T, objectTokenDim) against text tokens (B, W, D) as the evaluation does. */
    public SelectorScores score(NDArray objectTokens, NDArray langTokens) {
        return trunk(objectTokens).score(langTokens);
    }

    /** The part that does not depend on the expression, for objectTokens (B, N, T, objectTokenDim). */
    public VideoTrunk trunk(NDArray objectTokens) {
        return trunk(objectTokens, false, Probe.NONE);
    }

    /**
     * The part that does not depend on the expression.
     *
     * @param objectTokens (B, N, T, objectTokenDim), N and T at least 1
     * @param training whether dropout works; its masks are then common to the expressions that share the trunk
     * @param probe looks at the parts' results
     */
    public VideoTrunk trunk(NDArray objectTokens, boolean training, Probe probe) {
        requireTokens(objectTokens.getShape());
        var size = new VideoSize((int) objectTokens.getShape().get(1), (int)
                objectTokens.getShape().get(2));
        return trunk(
                objectTokens, Collections.nCopies((int) objectTokens.getShape().get(0), size), training, probe);
    }

    /**
     * The part that does not depend on the expression, of videos of different sizes that are padded to the largest; each
     * is what it would be alone.
     *
     * @param objectTokens (B, N, T, objectTokenDim); what lies beyond a video's size must be finite and counts for nothing
     * @param sizes of the B videos
     * @param training whether dropout works
     */
    public VideoTrunk trunk(NDArray objectTokens, List<VideoSize> sizes, boolean training) {
        var shape = objectTokens.getShape();
        requireTokens(shape);
        if (sizes.size() != shape.get(0)
                || sizes.stream().anyMatch(size -> size.tracks() > shape.get(1) || size.frames() > shape.get(2))) {
            throw new IllegalArgumentException(
                    "object tokens of shape " + shape + " do not hold videos of the sizes " + sizes);
        }
        return trunk(objectTokens, sizes, training, Probe.NONE);
    }

    private void requireTokens(Shape shape) {
        if (shape.dimension() != 4
                || shape.get(3) != config.objectTokenDim()
                || shape.get(1) == 0
                || shape.get(2) == 0) {
            throw new IllegalArgumentException("object tokens have shape " + shape + ", selector " + config.name()
                    + " needs (videos, tracks, frames, " + config.objectTokenDim()
                    + ") with at least one track and frame; were the tokens made by another SAM 2?");
        }
    }

    private VideoTrunk trunk(NDArray objectTokens, List<VideoSize> sizes, boolean training, Probe probe) {
        var shape = objectTokens.getShape();
        long b = shape.get(0);
        long n = shape.get(1);
        var channels = objectTokens.transpose(0, 1, 3, 2).reshape(b * n, shape.get(3), shape.get(2));
        boolean isWhole = Padding.of(objectTokens.getManager(), sizes, (int) n, (int) shape.get(2))
                .isNone();
        var encoded = isWhole
                ? shortMotionEncoder.forward(
                        channels, training, perTrack(probe.at("short_motion_encoder."), b, n)) // (B N, D, T')
                : encodePadded(channels, sizes, training);
        int reduced = (int) encoded.getShape().get(2);
        int halvings = shortMotionEncoder.halvings();
        var padding = Padding.of(
                objectTokens.getManager(),
                sizes.stream()
                        .map(size -> new VideoSize(size.tracks(), size.reducedFrames(halvings)))
                        .toList(),
                (int) n,
                reduced);
        var x = encoded.reshape(b, n, config.langTokenDim(), reduced).transpose(0, 1, 3, 2);
        probe.see("motion_encoder", () -> x);
        var pe = positionalEncoding.forward(objectTokens.getManager(), reduced);
        probe.see("positional_encoding", () -> pe);
        if (layers.isEmpty()) {
            return new VideoTrunk(this, x, x, pe, padding, training, probe); // no layer asks for queries
        }
        var first = layers.get(0);
        var x0 = first.alongTracks(x, pe, padding, training, probe.at("layer0."));
        return new VideoTrunk(this, x0, first.queries(x0), pe, padding, training, probe);
    }

    /** The encoder treats tracks one by one, so padded ones (of B N) do not go through it; frames are padded. */
    private NDArray encodePadded(NDArray channels, List<VideoSize> sizes, boolean training) {
        int n = (int) channels.getShape().get(0) / sizes.size();
        var frames = sizes.stream()
                .flatMapToInt(size -> IntStream.range(0, size.tracks()).map(track -> size.frames()))
                .toArray();
        if (frames.length == channels.getShape().get(0)) {
            return shortMotionEncoder.forwardPadded(channels, frames, training);
        }
        var rows = Padding.of(
                channels.getManager(), sizes, n, (int) channels.getShape().get(2));
        var encoded =
                shortMotionEncoder.forwardPadded(Kernels.takeRows(channels, rows.tracksThatAre()), frames, training);
        return Kernels.takeRows(encoded, rows.placesOfTracks());
    }

    /** Shows (B N, C, T') as (B, N, T', C). */
    private static Probe perTrack(Probe probe, long videos, long tracks) {
        return probe == Probe.NONE
                ? probe
                : (name, value) -> probe.see(name, () -> {
                    var shape = value.get().getShape();
                    return value.get()
                            .reshape(videos, tracks, shape.get(1), shape.get(2))
                            .transpose(0, 1, 3, 2);
                });
    }

    /** Everything after the trunk: tracks of video {@code videos[e]} against the text tokens of each expression e. */
    SelectorScores score(VideoTrunk trunk, NDArray langTokens, int[] words, int[] videos) {
        boolean training = trunk.training();
        var language = LanguageRows.of(langTokens, words, negativeToken, videos);
        var padding = trunk.padding().ofExpressions(videos);
        var x = trunk.x();
        for (int i = 0; i < layers.size(); i++) {
            var layer = layers.get(i);
            var probe = trunk.probe().at("layer" + i + ".");
            if (i > 0) {
                x = layer.alongTracks(x, trunk.positions(), padding, training, probe);
            }
            x = i == 0
                    ? layer.toLanguage(x, trunk.queries(), language, padding, training, probe)
                    : layer.toLanguage(x, language, padding, training, probe);
        }
        return aggregate(language.ofVideos(x), language.mean(), padding, trunk.probe());
    }

    /**
     * A track's frames weighted by their likeness to the language. The official code averages products with every row;
     * the product with the rows' average is the same.
     */
    private static SelectorScores aggregate(NDArray x, NDArray mean, Padding padding, Probe probe) {
        var shape = x.getShape();
        long e = mean.getShape().get(0);
        long n = shape.get(1);
        long t = shape.get(2);
        long d = shape.get(3);
        if (shape.get(0) != e) { // without a layer, one video still stands for all of its expressions
            return aggregate(x.broadcast(e, n, t, d), mean, padding, probe);
        }
        var meanColumn = mean.expandDims(2); // (E, D, 1)
        var logits = x.reshape(e, n * t, d).matMul(meanColumn).reshape(e, n, t);
        probe.see("frame_logits", () -> logits);
        var seen = padding.isNone() ? logits : logits.add(padding.hiddenFrames().reshape(e, n, t));
        var weights = seen.softmax(2);
        probe.see("frame_weights", () -> weights);
        var tokens = weights.reshape(e * n, 1, t).matMul(x.reshape(e * n, t, d)).reshape(e, n, d);
        var scores = tokens.matMul(meanColumn).reshape(e, n);
        probe.see("score_tokens", () -> tokens);
        probe.see("score", () -> scores);
        return new SelectorScores(scores, tokens);
    }
}
