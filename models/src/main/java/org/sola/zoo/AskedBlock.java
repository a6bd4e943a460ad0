package org.sola.zoo;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.translate.Translator;
import ai.djl.util.PairList;
import java.util.Map;
import java.util.Optional;

/**
 * Stands for a network whose inputs are no arrays, such as texts: its translators ask the network themselves, and DJL's
 * block hands nothing through.
 */
final class AskedBlock extends AbstractBlock {
    private final Map<CheckpointLoader.Types, Translator<?, ?>> translators;

    private AskedBlock(Map<CheckpointLoader.Types, Translator<?, ?>> translators) {
        this.translators = Map.copyOf(translators);
    }

    /** A model of these translators, used by the one for {@code wanted}. */
    static CheckpointLoader.Loaded loaded(
            Map<CheckpointLoader.Types, Translator<?, ?>> translators, CheckpointLoader.Types wanted) {
        return new CheckpointLoader.Loaded(new AskedBlock(translators), translators.get(wanted));
    }

    /** What is between the network and these types. */
    Optional<Translator<?, ?>> translator(Class<?> input, Class<?> output) {
        return Optional.ofNullable(translators.get(new CheckpointLoader.Types(input, output)));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, PairList<String, Object> parameters) {
        return inputs;
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
        return inputs;
    }
}
