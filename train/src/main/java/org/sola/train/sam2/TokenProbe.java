package org.sola.train.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.sola.demo.DemoObject;
import org.sola.demo.NamedColour;
import org.sola.layer.Linear;
import org.sola.tensor.Scalar;
import org.sola.tensor.Weights;

/**
 * Auxiliary heads on object tokens, used in training only: what the object is, its colour and its box must be linearly
 * readable from its token. The official model's tokens carry this through the scale of its training; a small model's
 * would not. N tokens of C channels.
 */
final class TokenProbe {
    /** The colours with a name, and one class for none. */
    static final int COLOURS = NamedColour.values().length + 1;

    /** Of the probes of tokens beside the losses of masks, whose gradients are an order of magnitude larger. */
    static final double TOKEN_WEIGHT = 2;

    private static final double KIND_WEIGHT = 1;
    private static final double COLOUR_WEIGHT = 0.5;
    /** A mean of distances in shares of the frame: with less, places are told to a twelfth of it, too little for motion. */
    private static final double BOX_WEIGHT = 20;

    private final KindReader kind;
    private final Linear colour;
    private final Linear box;

    private TokenProbe(KindReader kind, Linear colour, Linear box) {
        this.kind = kind;
        this.colour = colour;
        this.box = box;
    }

    static TokenProbe of(int channels, Weights weights) {
        return new TokenProbe(
                KindReader.of(weights.at("kind"), channels),
                Linear.of(weights.at("colour"), channels, COLOURS),
                Linear.of(weights.at("box"), channels, 4));
    }

    /**
     * What is true of the objects behind the tokens.
     *
     * @param kinds class of each object
     * @param colours colour class of each object
     * @param boxes (N, 4): centre x and y, width and height, as shares of the frame's side
     */
    record Truth(NDArray kinds, NDArray colours, NDArray boxes) {
        static Truth of(NDManager manager, List<DemoObject> objects, List<float[]> boxes, int size) {
            int n = objects.size();
            var kinds = new int[n];
            var colours = new int[n];
            var values = new float[4 * n];
            for (int i = 0; i < n; i++) {
                kinds[i] = KindReader.kindOf(objects.get(i));
                colours[i] =
                        objects.get(i).look().colour().map(NamedColour::ordinal).orElse(COLOURS - 1);
                float[] b = boxes.get(i);
                values[4 * i] = (b[0] + b[2]) / 2 / size;
                values[4 * i + 1] = (b[1] + b[3]) / 2 / size;
                values[4 * i + 2] = (b[2] - b[0]) / size;
                values[4 * i + 3] = (b[3] - b[1]) / size;
            }
            return new Truth(
                    manager.create(kinds).oneHot(KindReader.KINDS),
                    manager.create(colours).oneHot(COLOURS),
                    manager.create(values, new Shape(n, 4)));
        }
    }

    /**
     * @param loss the sum to add to the training loss
     * @param kindAccuracy share of tokens whose kind is read rightly
     */
    record Result(NDArray loss, NDArray kindAccuracy) {}

    /** @param tokens (N, C), of visible objects only */
    Result forward(NDArray tokens, Truth truth) {
        var kinds = kind.logits(tokens);
        var kindLoss = crossEntropy(kinds, truth.kinds());
        var colourLoss = crossEntropy(colour.forward(tokens), truth.colours());
        var boxLoss = box.forward(tokens).sub(truth.boxes()).abs().mean();
        var right = kinds.argMax(-1).eq(truth.kinds().argMax(-1));
        return new Result(
                kindLoss.mul(Scalar.of(KIND_WEIGHT))
                        .add(colourLoss.mul(Scalar.of(COLOUR_WEIGHT)))
                        .add(boxLoss.mul(Scalar.of(BOX_WEIGHT))),
                right.toType(ai.djl.ndarray.types.DataType.FLOAT32, false).mean());
    }

    /** Mean over the rows; {@code truth} is one-hot. */
    private static NDArray crossEntropy(NDArray logits, NDArray truth) {
        return logits.logSoftmax(-1).mul(truth).sum(new int[] {1}).mean().neg();
    }
}
