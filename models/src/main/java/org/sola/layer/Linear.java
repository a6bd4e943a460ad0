package org.sola.layer;

import ai.djl.ndarray.NDArray;
import org.sola.tensor.Init;
import org.sola.tensor.Weights;

/** {@code y = x w' + b} over the last axis; parameters {@code weight (out, in)} and {@code bias (out)}. */
public final class Linear {
    private final NDArray weight;
    private final NDArray bias;

    private Linear(NDArray weight, NDArray bias) {
        this.weight = weight;
        this.bias = bias;
    }

    public static Linear of(Weights weights, long in, long out) {
        return new Linear(weights.get("weight", Init.fanIn(in), out, in), weights.get("bias", Init.fanIn(in), out));
    }

    /** (.., in) to (.., out). */
    public NDArray forward(NDArray x) {
        return ai.djl.nn.core.Linear.linear(x, weight, bias).singletonOrThrow();
    }

    /** The matrix alone, (out, in), for rewritings that apply it elsewhere. */
    public NDArray weight() {
        return weight;
    }

    public NDArray bias() {
        return bias;
    }
}
