package org.sola.cutie;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import org.sola.layer.Scoped;
import org.sola.tensor.Weights;

/** How the sensory memory changes: a gated recurrent step whose gates are a convolution of input and memory. */
final class RecurrentUpdate {
    private final Convolution transform;

    private RecurrentUpdate(Convolution transform) {
        this.transform = transform;
    }

    /** @param weights of which {@code transform} is used */
    static RecurrentUpdate of(Weights weights, long in, long sensoryDim) {
        return new RecurrentUpdate(Convolution.of(weights.at("transform"), in + sensoryDim, 3 * sensoryDim, 3));
    }

    /** Input (N, in, h, w) and memory (N, S, h, w) to the new memory. */
    NDArray forward(NDArray input, NDArray sensory) {
        return Scoped.array(() -> {
            var values = transform.forward(input.concat(sensory, 1)).split(3, 1);
            var forget = Activation.sigmoid(values.get(0));
            var update = Activation.sigmoid(values.get(1));
            var fresh = Activation.tanh(values.get(2));
            return forget.mul(sensory).mul(update.neg().add(1)).add(update.mul(fresh));
        });
    }
}
