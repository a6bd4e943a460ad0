package org.sola.evfsam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.util.List;
import java.util.stream.IntStream;
import org.sola.layer.Broadcast;
import org.sola.layer.Constant;
import org.sola.layer.ConvTranspose2d;
import org.sola.layer.FourierPositions;
import org.sola.layer.LayerNorm2d;
import org.sola.layer.Mlp;
import org.sola.layer.Scoped;
import org.sola.sam2.TwoWayTransformer;
import org.sola.tensor.Init;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/**
 * The first SAM's mask decoder, with what it needs of the prompt encoder. F frames, E prompts (F a divisor of E: a frame's prompts are neighbours), N prompt
 * tokens, C hidden width, h = w the feature map, L = h w.
 */
public final class SamMaskDecoder {
    /** Masks of a prompt: one for unambiguous prompts, then three for ambiguous ones. */
    public static final int MASKS = 4;

    private final Constant positions;
    private final NDArray noMaskEmbed;
    private final TwoWayTransformer transformer;
    private final NDArray iouToken;
    private final NDArray maskTokens;
    private final ConvTranspose2d upscale1;
    private final LayerNorm2d upscaleNorm;
    private final ConvTranspose2d upscale2;
    private final List<Mlp> hypernetworks;
    private final Mlp iouPredictionHead;

    private SamMaskDecoder(EvfSamConfig.Sam config, Weights sam) {
        int c = config.hiddenDim();
        var unit = Init.normal(1);
        var weights = sam.at("mask_decoder");
        var prompts = sam.at("prompt_encoder");
        var fourier = FourierPositions.of(prompts.at("pe_layer"), c);
        positions = new Constant(() -> fourier.map(config.featureSize()));
        noMaskEmbed = prompts.get("no_mask_embed.weight", unit, 1, c);
        var sizes = new TwoWayTransformer.Sizes(
                c, config.decoderLayers(), config.decoderHeads(), config.decoderMlp(), List.of("lin1", "lin2"));
        var upscaling = weights.at("output_upscaling");
        transformer = TwoWayTransformer.of(sizes, weights.at("transformer"));
        iouToken = weights.get("iou_token.weight", unit, 1, c);
        maskTokens = weights.get("mask_tokens.weight", unit, MASKS, c);
        upscale1 = ConvTranspose2d.of(upscaling.at(0), c, c / 4);
        upscaleNorm = LayerNorm2d.of(upscaling.at(1), c / 4);
        upscale2 = ConvTranspose2d.of(upscaling.at(3), c / 4, c / 8);
        hypernetworks = IntStream.range(0, MASKS)
                .mapToObj(i -> Mlp.relu(weights.at("output_hypernetworks_mlps").at(i), c, c, c / 8, 3))
                .toList();
        iouPredictionHead = Mlp.relu(weights.at("iou_prediction_head"), c, c, MASKS, 3);
    }

    /** @param sam weights below {@code visual_model}; of its prompt encoder, what prompts of other kinds need may be missing */
    public static SamMaskDecoder of(EvfSamConfig.Sam config, Weights sam) {
        return new SamMaskDecoder(config, sam);
    }

    /**
     * What the decoder says of each prompt.
     *
     * @param masks (E, 4, 4 h, 4 w), logits: the single mask, then the three of the multimask output
     * @param ious (E, 4), the masks' predicted IoU as the head gives it: nothing holds it within 0..1
     */
    public record Output(NDArray masks, NDArray ious) {}

    /**
     * @param embedding (F, C, h, w), of the image encoder
     * @param prompts (E, N, C), tokens
     */
    public Output forward(NDArray embedding, NDArray prompts) {
        var said = Scoped.list(() -> decode(embedding, prompts));
        return new Output(said.get(0), said.get(1));
    }

    /** The position code of every cell, (1, C, h, w). */
    public NDArray positions() {
        return positions.get();
    }

    private NDList decode(NDArray embedding, NDArray prompts) {
        long e = prompts.getShape().get(0);
        var output = iouToken.concat(maskTokens, 0).expandDims(0); // (1, 5, C)
        var tokens = Broadcast.rows(output, e).concat(prompts, 1);
        var image = embedding.add(noMaskEmbed.reshape(1, -1, 1, 1)); // no mask is given, the same everywhere
        var mixed = transformer.forward(rows(image), rows(positions()), tokens);
        var map = embedding.getShape();
        var keys = mixed.keys().transpose(0, 2, 1).reshape(e, map.get(1), map.get(2), map.get(3));
        var upscaled = Activation.gelu(upscaleNorm.forward(upscale1.forward(keys)));
        upscaled = Activation.gelu(upscale2.forward(upscaled)); // (E, C / 8, 4 h, 4 w)
        var hyper = new NDList(MASKS); // 4 x (E, C / 8)
        for (int i = 0; i < MASKS; i++) {
            hyper.add(hypernetworks.get(i).forward(mixed.queries().get(":, " + (i + 1))));
        }
        var fine = upscaled.getShape();
        var masks = NDArrays.stack(hyper, 1)
                .batchMatMul(upscaled.reshape(e, fine.get(1), -1))
                .reshape(new Shape(e, MASKS, fine.get(2), fine.get(3)));
        return new NDList(masks, iouPredictionHead.forward(mixed.queries().get(":, 0")));
    }

    /** (B, C, h, w) to (B, L, C). */
    private static NDArray rows(NDArray map) {
        var shape = map.getShape();
        return Kernels.contiguous(map.reshape(shape.get(0), shape.get(1), -1).transpose(0, 2, 1));
    }
}
