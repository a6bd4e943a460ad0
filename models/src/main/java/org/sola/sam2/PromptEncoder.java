package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.util.stream.IntStream;
import org.sola.layer.Constant;
import org.sola.layer.Conv2d;
import org.sola.layer.FourierPositions;
import org.sola.layer.LayerNorm2d;
import org.sola.tensor.Init;
import org.sola.tensor.Scalar;
import org.sola.tensor.Weights;

/**
 * Prompts to embeddings: points and box corners become tokens, mask logits a map. B prompts, N points, C hidden width,
 * S input side. Point labels: 0 background, 1 object, 2 a box's top left, 3 its bottom right, -1 no point.
 */
public final class PromptEncoder {
    public static final int BACKGROUND = 0;
    public static final int OBJECT = 1;
    public static final int TOP_LEFT = 2;
    public static final int BOTTOM_RIGHT = 3;
    public static final int NO_POINT = -1;

    private static final long MASK_CHANNELS = 16;

    private final FourierPositions positions;
    private final NDArray[] pointEmbeddings; // by label
    private final NDArray notAPointEmbed;
    private final MaskDownscaling maskDownscaling;
    private final NDArray noMaskEmbed;
    private final int imageSize;
    private final int channels;
    private final Constant densePositions;

    private PromptEncoder(Sam2Config config, Weights weights) {
        long c = config.hiddenDim();
        var unit = Init.normal(1);
        positions = FourierPositions.of(weights.at("pe_layer"), c);
        pointEmbeddings = IntStream.range(0, 4)
                .mapToObj(i -> weights.get("point_embeddings." + i + ".weight", unit, 1, c))
                .toArray(NDArray[]::new);
        notAPointEmbed = weights.get("not_a_point_embed.weight", unit, 1, c);
        maskDownscaling = MaskDownscaling.of(weights.at("mask_downscaling"), c);
        noMaskEmbed = weights.get("no_mask_embed.weight", unit, 1, c);
        imageSize = config.imageSize();
        channels = config.hiddenDim();
        densePositions = new Constant(() -> positions.map(config.featureSize()));
    }

    /** @param weights below {@code sam_prompt_encoder} */
    public static PromptEncoder of(Sam2Config config, Weights weights) {
        return new PromptEncoder(config, weights);
    }

    /**
     * Tokens of points and box corners, with the closing "no point" token that training put there.
     *
     * @param points (B, N, 2), x before y, in pixels of the network input (0..S)
     * @param labels (B, N), float32
     * @return (B, N + 1, C)
     */
    public NDArray points(NDArray points, NDArray labels) {
        var manager = points.getManager();
        long b = points.getShape().get(0);
        var padded = points.add(0.5f).concat(manager.zeros(new Shape(b, 1, 2)), 1);
        var paddedLabels = labels.concat(manager.full(new Shape(b, 1), NO_POINT), 1);
        var kinds = labelOneHot(paddedLabels); // (B, N + 1, 5)
        var table = NDArrays.concat(new NDList(
                notAPointEmbed, pointEmbeddings[0], pointEmbeddings[1], pointEmbeddings[2], pointEmbeddings[3]));
        var isPoint = paddedLabels.neq(NO_POINT).toType(DataType.FLOAT32, false).expandDims(2);
        return positions
                .encode(padded.mul(Scalar.of(1.0 / imageSize)))
                .mul(isPoint)
                .add(kinds.matMul(table));
    }

    private static NDArray labelOneHot(NDArray labels) {
        var range = labels.getManager().create(new float[] {-1, 0, 1, 2, 3}, new Shape(1, 1, 5));
        return labels.expandDims(2).eq(range).toType(DataType.FLOAT32, false);
    }

    /** No tokens at all, (B, 0, C): a mask without points, in the image predictor. */
    public NDArray noPoints(long prompts) {
        return noMaskEmbed.getManager().create(new Shape(prompts, 0, channels));
    }

    /** Mask logits (B, 1, S/4, S/4) to a dense embedding (B, C, S/16, S/16). */
    public NDArray mask(NDArray logits) {
        return maskDownscaling.forward(logits);
    }

    /** The dense embedding when there is no mask, (1, C, 1, 1): it is the same at every position and for every prompt. */
    public NDArray noMask() {
        return noMaskEmbed.reshape(1, -1, 1, 1);
    }

    /** The code of every position of the feature map, (1, C, S/16, S/16); computed once. */
    public NDArray densePositions() {
        return densePositions.get();
    }

    /** Mask logits down to the feature map: two convolutions of stride 2, then the width. */
    private record MaskDownscaling(Conv2d first, LayerNorm2d norm1, Conv2d second, LayerNorm2d norm2, Conv2d last) {
        static MaskDownscaling of(Weights weights, long c) {
            return new MaskDownscaling(
                    Conv2d.of(weights.at(0), 1, MASK_CHANNELS / 4, 2, 2, 0, 1),
                    LayerNorm2d.of(weights.at(1), MASK_CHANNELS / 4),
                    Conv2d.of(weights.at(3), MASK_CHANNELS / 4, MASK_CHANNELS, 2, 2, 0, 1),
                    LayerNorm2d.of(weights.at(4), MASK_CHANNELS),
                    Conv2d.pointwise(weights.at(6), MASK_CHANNELS, c));
        }

        NDArray forward(NDArray logits) {
            var x = Activation.gelu(norm1.forward(first.forward(logits))); // (B, 4, S/8, S/8)
            return last.forward(Activation.gelu(norm2.forward(second.forward(x)))); // (B, C, S/16, S/16)
        }
    }
}
