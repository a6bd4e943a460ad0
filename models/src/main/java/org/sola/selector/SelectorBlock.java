package org.sola.selector;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.sola.tensor.Precision;
import org.sola.tensor.Weights;

/**
 * The selector as a DJL block, for DJL's {@code Trainer}, optimisers, losses and listeners. Parameters carry the official
 * checkpoint names and are the very arrays of the {@link Weights} that the block was made from.
 *
 * <p>Inputs: object tokens (1, N, T, objectTokenDim), text tokens (E, W, D) padded with zeros, and the E word counts as
 * int64; without counts every row counts. B videos padded to the largest are (B, N, T, objectTokenDim), and three int64
 * arrays follow: the video of each expression (E), in ascending order, and tracks (B) and frames (B) of each video.
 * Outputs: scores (E, N), score tokens (E, N, D) and the negative rows, which the
 * alignment loss needs.
 */
public final class SelectorBlock extends AbstractBlock {
    private static final byte VERSION = 1;
    private static final int ONE_VIDEO = 3; // inputs at most

    private final SelectorConfig config;
    private final Precision precision;
    private Selector selector;
    private Map<String, NDArray> arrays;
    private boolean attends = true;

    private SelectorBlock(SelectorConfig config, Weights weights, Precision precision) {
        super(VERSION);
        this.config = config;
        this.precision = precision;
        this.selector = Selector.of(config, weights, precision);
        this.arrays = new LinkedHashMap<>(weights.used());
    }

    /** Takes the parameters of {@code weights}, read from a checkpoint or initial ones. */
    public static SelectorBlock of(SelectorConfig config, Weights weights) {
        return of(config, weights, Precision.FLOAT32);
    }

    /** The same, with large matrix products in {@code precision}. */
    public static SelectorBlock of(SelectorConfig config, Weights weights, Precision precision) {
        var block = new SelectorBlock(config, weights, precision);
        block.arrays.forEach((name, array) -> block.addParameter(Parameter.builder()
                .setName(name)
                .setType(
                        name.endsWith(".bias")
                                ? Parameter.Type.BIAS
                                : name.equals(PositionalEncoding.GAUSSIAN)
                                        ? Parameter.Type.OTHER
                                        : Parameter.Type.WEIGHT)
                .optRequiresGrad(!name.equals(PositionalEncoding.GAUSSIAN))
                .optArray(array)
                .build()));
        return block;
    }

    /** Whether the attentions take part from now on; they do at first. */
    public void attends(boolean doTheyAttend) {
        attends = doTheyAttend;
    }

    /** The network over the parameters as they are now. */
    public Selector selector() {
        return selector;
    }

    /** Every parameter that training moves, by name; the positional frequencies are not among them. */
    public Map<String, NDArray> trainable() {
        var trainable = new LinkedHashMap<>(arrays);
        trainable.remove(PositionalEncoding.GAUSSIAN);
        return trainable;
    }

    /** Everything a checkpoint holds, by name. */
    public Map<String, NDArray> state() {
        return new LinkedHashMap<>(arrays);
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore, NDList inputs, boolean training, PairList<String, Object> params) {
        var objectTokens = inputs.get(0);
        follow(parameterStore, objectTokens, training);
        if (training) {
            return scores(inputs, true);
        }
        try (var scope = new NDScope()) { // what is made of parameters would stay with the model otherwise
            scope.suppressNotUsedWarning();
            var outputs = scores(inputs, false);
            NDScope.unregister(outputs);
            return outputs;
        }
    }

    private NDList scores(NDList inputs, boolean training) {
        var network = attends ? selector : selector.withoutAttention();
        var scores = score(network, inputs, training);
        return new NDList(scores.scores(), scores.tokens(), selector.negatives());
    }

    /** What {@code selector} says of the inputs of a block. */
    public static SelectorScores score(Selector selector, NDList inputs, boolean training) {
        if (inputs.size() <= ONE_VIDEO) {
            var trunk = selector.trunk(inputs.get(0), training, Probe.NONE);
            return inputs.size() > 2 ? trunk.score(inputs.get(1), counts(inputs.get(2))) : trunk.score(inputs.get(1));
        }
        int[] tracks = counts(inputs.get(4));
        int[] frames = counts(inputs.get(5));
        var sizes = IntStream.range(0, tracks.length)
                .mapToObj(b -> new VideoSize(tracks[b], frames[b]))
                .toList();
        return selector.trunk(inputs.get(0), sizes, training)
                .score(inputs.get(1), counts(inputs.get(2)), counts(inputs.get(3)));
    }

    private static int[] counts(NDArray numbers) {
        return Arrays.stream(numbers.toLongArray()).mapToInt(Math::toIntExact).toArray();
    }

    /** Rebuilds the network when the store keeps other arrays, as it does on another device. */
    private void follow(ParameterStore store, NDArray input, boolean training) {
        var current = new LinkedHashMap<String, NDArray>();
        boolean changed = false;
        for (var parameter : getDirectParameters().values()) {
            var array = store.getValue(parameter, input.getDevice(), training);
            changed |= array != arrays.get(parameter.getName());
            current.put(parameter.getName(), array);
        }
        if (changed) {
            selector = Selector.of(config, Weights.of("the parameter store", current), precision);
            arrays = current;
        }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        long expressions = inputShapes[1].get(0);
        long tracks = inputShapes[0].get(1);
        return new Shape[] {
            new Shape(expressions, tracks),
            new Shape(expressions, tracks, config.langTokenDim()),
            new Shape(config.negatives(), config.langTokenDim())
        };
    }

    /** The shapes of the inputs for N tracks, T frames, E expressions and W words, to initialise a trainer with. */
    public Shape[] inputShapes(int tracks, int frames, int expressions, int words) {
        return new Shape[] {
            new Shape(1, tracks, frames, config.objectTokenDim()),
            new Shape(expressions, words, config.langTokenDim()),
            new Shape(expressions)
        };
    }

    @Override
    public DataType[] getOutputDataTypes() {
        return IntStream.range(0, 3).mapToObj(i -> DataType.FLOAT32).toArray(DataType[]::new);
    }
}
