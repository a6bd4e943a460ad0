package org.sola.groundingdino;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.sola.layer.LayerNorm;
import org.sola.layer.Linear;
import org.sola.layer.Observer;
import org.sola.layer.PackedAttention;
import org.sola.layer.Scoped;
import org.sola.tensor.Weights;

/** The encoder: in each layer image and text look at each other, then each at itself. N image rows, T word pieces. */
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
            return norm2.forward(x.add(linear2.forward(Activation.relu(linear1.forward(x)))));
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

        NDArray forward(NDArray image, ImageMemory about, NDArray centres, int layer, Observer observer) {
            var looked = selfAttn.aroundPoints(image.add(about.positions()), image, about.levels(), centres);
            observer.see("deformable_" + layer, looked);
            return RowChunks.join(image.getShape().get(0), (from, to) -> {
                var x = norm1.forward(RowChunks.rows(image, from, to).add(RowChunks.rows(looked, from, to)));
                return norm2.forward(x.add(linear2.forward(Activation.relu(linear1.forward(x)))));
            });
        }
    }

    /** Image memory (N, C) and text memory (T, C). */
    NDList forward(ImageMemory image, TextMemory text, Observer observer) {
        return Scoped.list(() -> {
            var centres = image.levels().centres(image.rows().getManager());
            var v = image.rows();
            var l = text.rows();
            for (int i = 0; i < fusionLayers.size(); i++) {
                int layer = i;
                var fused = fusionLayers.get(i).forward(v, l);
                if (i > 0) {
                    v.close();
                    l.close();
                }
                observer.see("fusion_" + i + "_image", fused.get(0));
                observer.see("fusion_" + i + "_text", fused.get(1));
                l = Scoped.array(() -> textLayers.get(layer).forward(fused.get(1), text.positions(), text.mask()));
                observer.see("text_layer_" + i, l);
                v = Scoped.array(() -> imageLayers.get(layer).forward(fused.get(0), image, centres, layer, observer));
                fused.close();
                observer.see("enc_layer_" + i, v);
            }
            observer.see("memory", v);
            observer.see("memory_text", l);
            return new NDList(v, l);
        });
    }
}
