package org.sola.evfsam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.sola.layer.Broadcast;
import org.sola.layer.Conv2d;
import org.sola.layer.LayerNorm;
import org.sola.layer.Observer;
import org.sola.layer.Scoped;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Init;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/**
 * BEiT-3 as a reader of a frame and an expression together. F frames, E expressions, P = 1 + patches image tokens, L word
 * pieces, D channels.
 */
public final class EarlyFusion {
    /** Position tables begin with two rows that no token uses, left from fairseq's padding. */
    static final int UNUSED_POSITIONS = 2;

    private static final double SMALL = 0.02; // start of positions and the class token

    private final EvfSamConfig.Fusion config;
    private final Conv2d patches;
    private final NDArray clsToken;
    private final NDArray imagePositions;
    private final NDArray textEmbed;
    private final NDArray textPositions;
    private final List<FusionLayer> layers;
    private final Multiway<LayerNorm> layerNorm;

    private EarlyFusion(EvfSamConfig.Fusion config, int channels, Weights weights) {
        int d = config.width();
        var encoder = weights.at("encoder");
        var positions = encoder.at("embed_positions");
        this.config = config;
        this.patches = Conv2d.of(weights.at("vision_embed.proj"), channels, d, config.patch(), config.patch(), 0, 1);
        this.clsToken = weights.get("vision_embed.cls_token", Init.normal(SMALL), 1, 1, d);
        this.imagePositions = positions.get("A.weight", Init.normal(SMALL), UNUSED_POSITIONS + 1 + config.patches(), d);
        this.textEmbed = weights.get("text_embed.weight", Init.normal(1 / Math.sqrt(d)), config.vocabulary(), d);
        this.textPositions = positions.get("B.weight", Init.normal(SMALL), config.textPositions(), d);
        this.layers = IntStream.range(0, config.layers())
                .mapToObj(i -> FusionLayer.of(config, encoder.at("layers").at(i)))
                .toList();
        this.layerNorm = Multiway.norm(encoder.at("layer_norm"), d);
    }

    /** @param weights below {@code mm_extractor.beit3} */
    static EarlyFusion of(EvfSamConfig config, Weights weights) {
        return new EarlyFusion(config.fusion(), config.fusionChannels(), weights);
    }

    /** Frames (F, 3, s, s), values -1..1, or features (F, C, s, s), to image tokens before the first layer, (F, P, D): once a frame. */
    public NDArray embedImage(NDArray frames) {
        return Scoped.array(() -> {
            var map = patches.forward(frames); // (F, D, s / patch, s / patch)
            long f = map.getShape().get(0);
            var rows = map.reshape(f, config.width(), -1).transpose(0, 2, 1);
            return Broadcast.rows(clsToken, f)
                    .concat(rows, 1)
                    .add(imagePositions.get(UNUSED_POSITIONS + ":").expandDims(0));
        });
    }

    /** Word pieces, every row filled up to L, to text tokens (E, L, D). */
    private NDArray embedText(long[][] pieces) {
        int length = pieces[0].length;
        long[] ids = Arrays.stream(pieces).flatMapToLong(Arrays::stream).toArray();
        var rows = Kernels.takeRows(textEmbed, ids).reshape(pieces.length, length, config.width());
        String used = UNUSED_POSITIONS + ":" + (UNUSED_POSITIONS + length);
        return rows.add(textPositions.get(used).expandDims(0));
    }

    /**
     * All tokens after the last normalisation.
     *
     * @param imageTokens {@link #embedImage}, (F, P, D), F a divisor of E: a frame's expressions are neighbours
     * @param pieces the word pieces of E expressions, their ends included
     * @return image (E, P, D) and text (E, longest, D); rows beyond an expression's end mean nothing
     */
    NDList encode(NDArray imageTokens, List<long[]> pieces, Observer observer) {
        return Scoped.list(() -> {
            var mask = paddingMask(imageTokens.getManager(), pieces, longest(pieces));
            var tokens = through(layers, imageTokens, pieces, mask, observer);
            var normed = layerNorm.forward(tokens, LayerNorm::forward);
            show(observer, "encoder_out", normed);
            return normed;
        });
    }

    /**
     * The image's class token of {@link #encode}, (E, 1, D), without what it does not need of the last layer, and the
     * patches which that layer reads, (E, P - 1, D).
     */
    NDList classTokenAndPatches(NDArray imageTokens, List<long[]> pieces) {
        return Scoped.list(() -> {
            var mask = paddingMask(imageTokens.getManager(), pieces, longest(pieces));
            int last = layers.size() - 1;
            var tokens = through(layers.subList(0, last), imageTokens, pieces, mask, Observer.NONE);
            var cls = layerNorm.image().forward(layers.get(last).forwardClass(tokens, mask));
            var image = Broadcast.rows(tokens.get(0), pieces.size()); // a network of one layer has not told them apart
            return new NDList(cls, image.get(":, 1:"));
        });
    }

    private NDList through(
            List<FusionLayer> layers,
            NDArray imageTokens,
            List<long[]> pieces,
            Optional<NDArray> mask,
            Observer observer) {
        int longest = longest(pieces);
        var filled = pieces.stream().map(row -> Arrays.copyOf(row, longest)).toArray(long[][]::new);
        var tokens = new NDList(imageTokens, embedText(filled));
        show(observer, "embeddings", tokens);
        for (int i = 0; i < layers.size(); i++) {
            var before = tokens;
            tokens = layers.get(i).forward(before, mask);
            before.get(1).close();
            if (i > 0) {
                before.get(0).close();
            }
            show(observer, "beit_layer_" + i, tokens);
        }
        return tokens;
    }

    private static int longest(List<long[]> pieces) {
        return pieces.stream().mapToInt(row -> row.length).max().orElseThrow();
    }

    /** Hides what expressions were filled up with; empty if all are of one length. */
    private Optional<NDArray> paddingMask(NDManager manager, List<long[]> pieces, int longest) {
        if (pieces.stream().allMatch(row -> row.length == longest)) {
            return Optional.empty();
        }
        int image = 1 + config.patches();
        int keys = image + longest;
        var mask = new float[pieces.size() * keys];
        for (int e = 0; e < pieces.size(); e++) {
            Arrays.fill(mask, e * keys + image + pieces.get(e).length, (e + 1) * keys, Float.NEGATIVE_INFINITY);
        }
        return Optional.of(EngineMemory.of(manager, mask, new Shape(pieces.size(), 1, 1, keys)));
    }

    private static void show(Observer observer, String part, NDList tokens) {
        if (observer != Observer.NONE) {
            long expressions = tokens.get(1).getShape().get(0);
            observer.see(part, Broadcast.rows(tokens.get(0), expressions).concat(tokens.get(1), 1));
        }
    }
}
