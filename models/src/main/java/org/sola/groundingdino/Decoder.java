package org.sola.groundingdino;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.sola.layer.LayerNorm;
import org.sola.layer.Linear;
import org.sola.layer.Mlp;
import org.sola.layer.Observer;
import org.sola.layer.PackedAttention;
import org.sola.layer.Scoped;
import org.sola.tensor.Weights;

/** Refines boxes layer by layer. B pairs, Q queries, T word pieces, N rows of all images, C channels. */
final class Decoder {
    private final List<Layer> layers;
    private final LayerNorm norm;
    private final Mlp refPointHead;
    private final Mlp boxEmbed;
    private final int channels;

    private Decoder(GroundingDinoConfig config, Weights weights, Mlp boxEmbed) {
        this.channels = config.hiddenDim();
        this.layers = IntStream.range(0, config.decoderLayers())
                .mapToObj(i -> Layer.of(config, weights.at("layers").at(i)))
                .toList();
        this.norm = LayerNorm.of(weights.at("norm"), channels, Swin.EPSILON);
        this.refPointHead = Mlp.relu(weights.at("ref_point_head"), 2L * channels, channels, channels, 2);
        this.boxEmbed = boxEmbed;
    }

    /** @param boxEmbed the box head, which all layers share */
    static Decoder of(GroundingDinoConfig config, Weights weights, Mlp boxEmbed) {
        return new Decoder(config, weights, boxEmbed);
    }

    private record Layer(
            PackedAttention selfAttn,
            LayerNorm norm2,
            PackedAttention textAttn,
            LayerNorm textNorm,
            DeformableAttention imageAttn,
            LayerNorm norm1,
            Linear linear1,
            Linear linear2,
            LayerNorm norm3) {
        static Layer of(GroundingDinoConfig config, Weights weights) {
            int channels = config.hiddenDim();
            return new Layer(
                    PackedAttention.of(weights.at("self_attn"), channels, config.heads()),
                    LayerNorm.of(weights.at("norm2"), channels, Swin.EPSILON),
                    PackedAttention.of(weights.at("ca_text"), channels, config.heads()),
                    LayerNorm.of(weights.at("catext_norm"), channels, Swin.EPSILON),
                    DeformableAttention.of(config, weights.at("cross_attn")),
                    LayerNorm.of(weights.at("norm1"), channels, Swin.EPSILON),
                    Linear.of(weights.at("linear1"), channels, config.feedForward()),
                    Linear.of(weights.at("linear2"), config.feedForward(), channels),
                    LayerNorm.of(weights.at("norm3"), channels, Swin.EPSILON));
        }

        NDArray forward(NDArray target, NDArray place, NDArray boxes, Memory memory, int layer, Observer observer) {
            var x = target;
            var placed = x.add(place);
            x = norm2.forward(x.add(selfAttn.forward(placed, placed, x, memory.queryMask())));
            observer.see("dec_" + layer + "_after_self", x);
            var text = memory.text();
            x = textNorm.forward(x.add(textAttn.forward(x.add(place), text, text, memory.textMask())));
            observer.see("dec_" + layer + "_after_text", x);
            x = norm1.forward(x.add(imageAttn.withinBoxes(x.add(place), memory.image(), memory.batch(), boxes)));
            observer.see("dec_" + layer + "_after_image", x);
            return norm3.forward(x.add(linear2.forward(linear1.forwardRelu(x))));
        }
    }

    /**
     * What the queries look at.
     *
     * @param image (N, C)
     * @param text (B, T, C)
     * @param textMask what hides padded pieces
     * @param queryMask what hides queries that fill up
     */
    record Memory(NDArray image, NDArray text, Batch batch, Optional<NDArray> textMask, Optional<NDArray> queryMask) {}

    /** Boxes (B, Q, 4) and contents (B, Q, C) to the final queries (B, Q, C) and boxes (B, Q, 4). */
    NDList forward(NDArray startBoxes, NDArray contents, Memory memory, Observer observer) {
        return Scoped.list(() -> {
            var boxes = startBoxes;
            var target = contents;
            NDArray queries = null;
            NDArray last = boxes;
            for (int i = 0; i < layers.size(); i++) {
                int layer = i;
                var reference = boxes;
                var in = target;
                var place = Scoped.array(() -> refPointHead.forward(SinePosition.boxes(reference, channels)));
                observer.see("query_pos_" + i, place);
                target = Scoped.array(() -> layers.get(layer).forward(in, place, reference, memory, layer, observer));
                observer.see("dec_" + i, target);
                queries = norm.forward(target);
                observer.see("hs_" + i, queries);
                last = reference;
                boxes = BoxMath.refine(boxEmbed.forward(target), reference);
                observer.see("boxes_after_" + i, boxes);
            }
            // the output starts from the boxes that entered the last layer, by the normalised queries
            return new NDList(queries, BoxMath.refine(boxEmbed.forward(queries), last));
        });
    }
}
