package org.sola.groundingdino;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.sola.layer.LayerNorm;
import org.sola.layer.Linear;
import org.sola.layer.Observer;
import org.sola.layer.PackedAttention;
import org.sola.layer.Scoped;
import org.sola.tensor.Weights;

/**
 * The encoder: in each layer image and text look at each other, then each at itself. B pairs of an image and a caption, N
 * rows of all images, T word pieces, C channels.
 */
final class FeatureEnhancer {
    private final List<FusionLayer> fusionLayers;
    private final List<TextLayer> textLayers;
    private final List<ImageLayer> imageLayers;

    private FeatureEnhancer(GroundingDinoConfig config, Weights weights) {
        fusionLayers = IntStream.range(0, config.encoderLayers())
                .mapToObj(
                        i -> FusionLayer.of(config, weights.at("fusion_layers").at(i)))
                .toList();
        textLayers = IntStream.range(0, config.encoderLayers())
                .mapToObj(i -> TextLayer.of(config, weights.at("text_layers").at(i)))
                .toList();
        imageLayers = IntStream.range(0, config.encoderLayers())
                .mapToObj(i -> ImageLayer.of(config, weights.at("layers").at(i)))
                .toList();
    }

    static FeatureEnhancer of(GroundingDinoConfig config, Weights weights) {
        return new FeatureEnhancer(config, weights);
    }

    private record TextLayer(
            PackedAttention selfAttn, LayerNorm norm1, Linear linear1, Linear linear2, LayerNorm norm2) {
        static TextLayer of(GroundingDinoConfig config, Weights weights) {
            int channels = config.hiddenDim();
            return new TextLayer(
                    PackedAttention.of(weights.at("self_attn"), channels, config.textHeads()),
                    LayerNorm.of(weights.at("norm1"), channels, Swin.EPSILON),
                    Linear.of(weights.at("linear1"), channels, config.textFeedForward()),
                    Linear.of(weights.at("linear2"), config.textFeedForward(), channels),
                    LayerNorm.of(weights.at("norm2"), channels, Swin.EPSILON));
        }

        NDArray forward(NDArray text, NDArray positions, NDArray mask) {
            var placed = text.add(positions);
            var x = norm1.forward(text.add(selfAttn.forward(placed, placed, text, Optional.of(mask))));
            return norm2.forward(x.add(linear2.forward(linear1.forwardRelu(x))));
        }
    }

    private record ImageLayer(
            DeformableAttention selfAttn, LayerNorm norm1, Linear linear1, Linear linear2, LayerNorm norm2) {
        static ImageLayer of(GroundingDinoConfig config, Weights weights) {
            int channels = config.hiddenDim();
            return new ImageLayer(
                    DeformableAttention.of(config, weights.at("self_attn")),
                    LayerNorm.of(weights.at("norm1"), channels, Swin.EPSILON),
                    Linear.of(weights.at("linear1"), channels, config.feedForward()),
                    Linear.of(weights.at("linear2"), config.feedForward(), channels),
                    LayerNorm.of(weights.at("norm2"), channels, Swin.EPSILON));
        }

        NDArray forward(NDArray image, NDArray positions, Batch batch, NDArray centres, int layer, Observer observer) {
            var looked = selfAttn.aroundPoints(image.add(positions), image, batch, centres);
            observer.see("deformable_" + layer, looked);
            return RowChunks.join(batch.rows(), (from, to) -> {
                var x = norm1.forward(RowChunks.rows(image, from, to).add(RowChunks.rows(looked, from, to)));
                return norm2.forward(x.add(linear2.forward(linear1.forwardRelu(x))));
            });
        }
    }

    /** Image memory (N, C) and text memory (B, T, C). */
    NDList forward(Batch batch, Observer observer) {
        return Scoped.list(() -> {
            var centres = batch.centres();
            var imagePositions = batch.imagePositions();
            var textPositions = batch.textPositions();
            var mask = batch.blockMask();
            var v = batch.imageRows();
            var l = batch.textRows();
            for (int i = 0; i < fusionLayers.size(); i++) {
                int layer = i;
                var fused = fusionLayers.get(i).forward(v, l, batch);
                if (i > 0 || batch.size() > 1) { // else they are the image's and the caption's own
                    v.close();
                    l.close();
                }
                observer.see("fusion_" + i + "_image", fused.get(0));
                observer.see("fusion_" + i + "_text", fused.get(1));
                l = Scoped.array(() -> textLayers.get(layer).forward(fused.get(1), textPositions, mask));
                observer.see("text_layer_" + i, l);
                v = Scoped.array(() ->
                        imageLayers.get(layer).forward(fused.get(0), imagePositions, batch, centres, layer, observer));
                fused.close();
                observer.see("enc_layer_" + i, v);
            }
            observer.see("memory", v);
            observer.see("memory_text", l);
            return new NDList(v, l);
        });
    }
}
