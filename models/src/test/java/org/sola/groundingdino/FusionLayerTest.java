package org.sola.groundingdino;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.sola.layer.LayerNorm;
import org.sola.layer.Linear;
import org.sola.tensor.Weights;

/** The rewriting beside the definition: every projection made for every row. */
class FusionLayerTest {
    private static final Path CONFIG =
            Path.of(System.getProperty("sola.home"), "configs/models/groundingdino-swint-ogc.yaml");

    @Test
    void projectionsMeetTheSmallSideAndTheNumbersStay() {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var config = GroundingDinoConfig.read(CONFIG);
            var weights = Weights.initialise(3, manager);
            var layer = FusionLayer.of(config, weights);
            manager.getEngine().setRandomSeed(5);
            var image = manager.randomNormal(new Shape(77, config.hiddenDim())).mul(3);
            var text = manager.randomNormal(new Shape(6, config.hiddenDim())).mul(3);
            var fused = layer.forward(image, text);
            var expected = byDefinition(config, weights, image, text);
            assertArrayEquals(expected[0].toFloatArray(), fused.get(0).toFloatArray(), 2e-5f);
            assertArrayEquals(expected[1].toFloatArray(), fused.get(1).toFloatArray(), 2e-5f);
        }
    }

    private static NDArray[] byDefinition(GroundingDinoConfig config, Weights weights, NDArray image, NDArray text) {
        int channels = config.hiddenDim();
        int inner = config.fusionDim();
        int heads = config.fusionHeads();
        var attention = weights.at("attn");
        var v = LayerNorm.of(weights.at("layer_norm_v"), channels, Swin.EPSILON).forward(image);
        var l = LayerNorm.of(weights.at("layer_norm_l"), channels, Swin.EPSILON).forward(text);
        var q = Linear.of(attention.at("v_proj"), channels, inner).forward(v).div(Math.sqrt((double) inner / heads));
        var k = Linear.of(attention.at("l_proj"), channels, inner).forward(l);
        var products = split(q, heads).batchMatMul(split(k, heads).transpose(0, 2, 1)); // (h, N, T)
        var textValues =
                Linear.of(attention.at("values_l_proj"), channels, inner).forward(l);
        var imageValues =
                Linear.of(attention.at("values_v_proj"), channels, inner).forward(v);
        var toImage = join(products.softmax(2).batchMatMul(split(textValues, heads)));
        var toText = join(products.transpose(0, 2, 1).softmax(2).batchMatMul(split(imageValues, heads)));
        return new NDArray[] {
            v.add(Linear.of(attention.at("out_v_proj"), inner, channels)
                    .forward(toImage)
                    .mul(weights.get("gamma_v", channels))),
            l.add(Linear.of(attention.at("out_l_proj"), inner, channels)
                    .forward(toText)
                    .mul(weights.get("gamma_l", channels)))
        };
    }

    private static NDArray split(NDArray x, int heads) {
        return x.reshape(x.getShape().get(0), heads, -1).transpose(1, 0, 2);
    }

    private static NDArray join(NDArray x) {
        return x.transpose(1, 0, 2).reshape(x.getShape().get(1), -1);
    }
}
