package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.util.List;
import java.util.stream.IntStream;
import org.sola.layer.Broadcast;
import org.sola.layer.LayerNorm;
import org.sola.layer.Mlp;
import org.sola.layer.Scoped;
import org.sola.tensor.Init;
import org.sola.tensor.Kernels;
import org.sola.tensor.Precision;
import org.sola.tensor.Weights;

/**
 * Prompts and frame features to masks. B prompts, F frames (a divisor of B: prompts of a frame are neighbours), N prompt
 * tokens, C hidden width, h = w = S/16 the feature map, L = h w.
 */
public final class MaskDecoder {
    /** Masks of a prompt: one for unambiguous prompts, then three for ambiguous ones. */
    public static final int MASKS = 4;

    private static final int FIRST_MASK_TOKEN = 2; // after the object score's and the iou's token
    private static final float STABILITY_OFFSET = 0.05f;
    private static final float STABLE_FROM = 0.98f;

    private final TwoWayTransformer transformer;
    private final NDArray objScoreToken;
    private final NDArray iouToken;
    private final NDArray maskTokens;
    private final Upscaling upscaling;
    private final List<Mlp> hypernetworks;
    private final Mlp iouPredictionHead;
    private final Mlp predObjScoreHead;
    private final boolean dynamicMultimask;

    private MaskDecoder(Sam2Config config, Weights weights) {
        long c = config.hiddenDim();
        var unit = Init.normal(1);
        transformer = TwoWayTransformer.of(TwoWayTransformer.Sizes.of(config), weights.at("transformer"));
        iouToken = weights.get("iou_token.weight", unit, 1, c);
        maskTokens = weights.get("mask_tokens.weight", unit, MASKS, c);
        objScoreToken = weights.get("obj_score_token.weight", unit, 1, c);
        upscaling = Upscaling.of(weights.at("output_upscaling"), c);
        hypernetworks = IntStream.range(0, MASKS)
                .mapToObj(i -> Mlp.relu(weights.at("output_hypernetworks_mlps").at(i), c, c, c / 8, 3))
                .toList();
        iouPredictionHead = Mlp.relu(weights.at("iou_prediction_head"), c, c, MASKS, 3);
        predObjScoreHead = Mlp.relu(weights.at("pred_obj_score_head"), c, c, 1, 3);
        dynamicMultimask = config.decoder().dynamicMultimask();
    }

    /** @param weights below {@code sam_mask_decoder} (the image encoder uses {@code conv_s0} and {@code conv_s1}) */
    public static MaskDecoder of(Sam2Config config, Weights weights) {
        // few rows gain nothing from bfloat16, and masks are chosen by predicted IoU and stability
        return new MaskDecoder(config, weights.withPrecision(Precision.FLOAT32));
    }

    /**
     * All that the decoder says of each prompt.
     *
     * @param masks (B, 4, S/4, S/4), logits: the single mask, then the three of the multimask output
     * @param ious (B, 4), the masks' predicted IoU, 0..1
     * @param maskTokens (B, 4, C), the mask tokens after the transformer, from which object pointers are made
     * @param objectScore (B, 1), logit that the object is in the frame
     */
    public record Output(NDArray masks, NDArray ious, NDArray maskTokens, NDArray objectScore) {}

    /**
     * The masks to hand out.
     *
     * @param masks (B, M, S/4, S/4), M = 3 or 1
     * @param ious (B, M)
     * @param maskTokens (B, M, C); of a single mask always token 0, whichever mask was taken
     */
    public record Choice(NDArray masks, NDArray ious, NDArray maskTokens) {}

    /**
     * @param features s0 and s1 of the frames
     * @param embedding (F or B, C, h, w): s2, with what the case at hand adds to it
     * @param positions (1, C, h, w), {@link PromptEncoder#densePositions}
     * @param sparse (B, N, C), tokens of the prompts; N may be 0
     * @param dense (B or 1, C, h, w) or (1, C, 1, 1), embedding of the mask prompts
     */
    public Output forward(FrameFeatures features, NDArray embedding, NDArray positions, NDArray sparse, NDArray dense) {
        var attended = attend(embedding, positions, sparse, dense);
        var masks = masks(attended, fine(features));
        attended.keys().close();
        return new Output(masks, attended.ious(), attended.maskTokens(), attended.objectScore());
    }

    /**
     * What is known of prompts before their masks are drawn, which is the costlier half for those that are dropped.
     *
     * @param keys (B, L, C), the image as the prompts changed it
     * @param ious (B, 4)
     * @param maskTokens (B, 4, C)
     * @param objectScore (B, 1)
     */
    record Attended(NDArray keys, NDArray ious, NDArray maskTokens, NDArray objectScore) {
        /** These prompts only. */
        Attended rows(long... rows) {
            return new Attended(
                    Kernels.takeRows(keys, rows),
                    Kernels.takeRows(ious, rows),
                    Kernels.takeRows(maskTokens, rows),
                    Kernels.takeRows(objectScore, rows));
        }
    }

    /** Lets prompts and image attend to each other, and reads the numbers off; parameters as in {@link #forward}. */
    Attended attend(NDArray embedding, NDArray positions, NDArray sparse, NDArray dense) {
        long b = sparse.getShape().get(0);
        var output = NDArrays.concat(new NDList(objScoreToken, iouToken, maskTokens)); // (6, C)
        var tokens = output.expandDims(0).broadcast(new Shape(b).addAll(output.getShape()));
        if (sparse.getShape().get(1) > 0) {
            tokens = tokens.concat(sparse, 1);
        }
        var image = rows(widen(embedding, dense).add(dense));
        var mixed = transformer.forward(image, rows(positions), tokens);
        var ious = Activation.sigmoid(iouPredictionHead.forward(mixed.queries().get(":, 1")));
        var objectScore = predObjScoreHead.forward(mixed.queries().get(":, 0"));
        var maskTokensOut = mixed.queries().get(":, " + FIRST_MASK_TOKEN + ":" + (FIRST_MASK_TOKEN + MASKS));
        return new Attended(mixed.keys(), ious, maskTokensOut, objectScore);
    }

    /**
     * A frame's fine features in the order in which masks are drawn, biases added: once a frame.
     *
     * @param s1 (F, 1, L, C): per position four pixels of C/4 channels
     * @param s0 (F, 1, 4 L, C/2): per pixel of s1 four of C/8
     */
    record Fine(NDArray s1, NDArray s0) {}

    /** Puts fine features in order; the arrays belong to the scope around this call. */
    Fine fine(FrameFeatures features) {
        return upscaling.fine(features);
    }

    /** Draws the four masks of each prompt, (B, 4, S/4, S/4). */
    NDArray masks(Attended attended, Fine fine) {
        return Scoped.array(() -> {
            var hyper = new NDList(MASKS); // 4 x (B, C/8)
            for (int i = 0; i < MASKS; i++) {
                hyper.add(hypernetworks.get(i).forward(attended.maskTokens().get(":, " + i)));
            }
            return upscaling.masks(attended.keys(), fine, NDArrays.stack(hyper, 1));
        });
    }

    /** A mask prompt per object widens the shared frame embedding. */
    private static NDArray widen(NDArray embedding, NDArray dense) {
        long prompts = dense.getShape().get(0);
        return prompts > 1 ? Broadcast.rows(embedding, prompts) : embedding;
    }

    /** (B, C, h, w) to (B, L, C). */
    private static NDArray rows(NDArray map) {
        var shape = map.getShape();
        return Kernels.contiguous(map.reshape(shape.get(0), shape.get(1), -1).transpose(0, 2, 1));
    }

    /**
     * Three masks for an ambiguous prompt, or one. A single mask that is unstable gives way to the best of the three
     * where the configuration says so ("dynamic multimask"); leave that out in training.
     */
    public Choice choose(Output output, boolean multimask) {
        if (multimask) {
            return new Choice(
                    output.masks().get(":, 1:"),
                    output.ious().get(":, 1:"),
                    output.maskTokens().get(":, 1:"));
        }
        var token = output.maskTokens().get(":, :1");
        if (!dynamicMultimask) {
            return new Choice(output.masks().get(":, :1"), output.ious().get(":, :1"), token);
        }
        var index = bestIndex(output); // (B, 1)
        var shape = output.masks().getShape();
        long b = shape.get(0);
        var mask = output.masks().gather(index.reshape(b, 1, 1, 1).broadcast(b, 1, shape.get(2), shape.get(3)), 1);
        return new Choice(mask, output.ious().gather(index, 1), token);
    }

    /** 0 where the single mask is stable, else 1 + the place of the largest iou (the first of equal ones). */
    private static NDArray bestIndex(Output output) {
        var single = output.masks().get(new NDIndex(":, 0")).flatten(1, 2);
        var inner = single.gt(STABILITY_OFFSET).toType(DataType.FLOAT32, false).sum(new int[] {1}, true);
        var outer = single.gt(-STABILITY_OFFSET).toType(DataType.FLOAT32, false).sum(new int[] {1}, true);
        var unstable = inner.div(outer).lt(STABLE_FROM); // 0 / 0 is not below it: an empty mask is stable
        var best = output.ious().get(":, 1:").argMax(1).expandDims(1).add(1);
        return best.mul(unstable.toType(DataType.INT64, false));
    }

    /**
     * Doubles the map twice, adds the fine features and reads the masks off. A 2x2 transposed convolution of stride 2 is
     * a linear layer to four pixels, so everything stays row by row and only the finished masks are put in order:
     * y1 x1 pick the pixel inside the first doubling, y2 x2 inside the second.
     */
    private record Upscaling(NDArray weight1, NDArray bias1, LayerNorm norm, NDArray weight2, NDArray bias2) {
        static Upscaling of(Weights weights, long c) {
            var first = weights.at(0);
            var second = weights.at(3);
            return new Upscaling(
                    first.get("weight", Init.fanIn(c), c, c / 4, 2, 2),
                    first.get("bias", Init.fanIn(c), c / 4),
                    LayerNorm.of(weights.at(1), c / 4, 1e-6),
                    second.get("weight", Init.fanIn(c / 2), c / 4, c / 8, 2, 2),
                    second.get("bias", Init.fanIn(c / 2), c / 8));
        }

        Fine fine(FrameFeatures features) {
            var map = features.s2().getShape();
            long f = map.get(0);
            long c = map.get(1);
            long h = map.get(2);
            long w = map.get(3);
            var s1 = features.s1()
                    .reshape(f, c / 4, h, 2, w, 2)
                    .transpose(0, 2, 4, 3, 5, 1) // (F, h, w, y1, x1, C/4)
                    .reshape(f, 1, h * w, c)
                    .add(bias1.tile(4));
            var s0 = features.s0()
                    .reshape(f, c / 8, h, 2, 2, w, 2, 2)
                    .transpose(0, 2, 5, 3, 6, 4, 7, 1) // (F, h, w, y1, x1, y2, x2, C/8)
                    .reshape(f, 1, h * w * 4, c / 2)
                    .add(bias2.tile(4));
            return new Fine(s1, s0);
        }

        /** @param hyper (B, 4, C/8): a mask's weight of each upscaled channel */
        NDArray masks(NDArray keys, Fine fine, NDArray hyper) {
            long b = keys.getShape().get(0);
            long f = fine.s1().getShape().get(0);
            long positions = keys.getShape().get(1);
            long c = keys.getShape().get(2);
            long side = Math.round(Math.sqrt(positions)); // maps are square, as the network's input
            var x = keys.matMul(toPixels(weight1)) // (B, L, 4 C/4)
                    .reshape(f, b / f, positions, c)
                    .add(fine.s1());
            x = Activation.gelu(norm.forward(x.reshape(b, positions * 4, c / 4)));
            x = x.matMul(toPixels(weight2)) // (B, 4 L, 4 C/8)
                    .reshape(f, b / f, positions * 4, c / 2)
                    .add(fine.s0());
            x = Activation.gelu(x).reshape(b, positions * 16, c / 8);
            return hyper.batchMatMul(x.transpose(0, 2, 1)) // (B, 4, 16 L)
                    .reshape(b, MASKS, side, side, 2, 2, 2, 2)
                    .transpose(0, 1, 2, 4, 6, 3, 5, 7) // (B, 4, h, y1, y2, w, x1, x2)
                    .reshape(b, MASKS, 4 * side, 4 * side);
        }

        /** (in, out, 2, 2) to (in, 2 * 2 * out), pixel before channel. */
        private static NDArray toPixels(NDArray weight) {
            return weight.transpose(0, 2, 3, 1).reshape(weight.getShape().get(0), -1);
        }
    }
}
