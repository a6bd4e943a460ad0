package org.sola.zoo;

import ai.djl.Application;
import ai.djl.ndarray.NDList;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import org.sola.selector.SelectorBlock;
import org.sola.selector.SelectorConfig;

/**
 * The selector: object tokens (1, N, T, D) and text tokens (E, W, C), with word counts (E) where expressions differ in
 * length, to scores (E, N) and score tokens (E, N, C), which the caller closes.
 */
final class SelectorLoader extends CheckpointLoader<SelectorConfig> {
    SelectorLoader(String name, String config) {
        super(name, config, Application.UNDEFINED, SelectorConfig.class, new Types(NDList.class, NDList.class));
    }

    @Override
    Loaded load(SelectorConfig settings, Source source, Types wanted) {
        return new Loaded(SelectorBlock.of(settings, source.weights()), new Scores());
    }

    static final class Scores implements Translator<NDList, NDList> {
        @Override
        public NDList processInput(TranslatorContext context, NDList input) {
            var copy = new NDList();
            input.forEach(array -> {
                var own = array.duplicate();
                own.attach(context.getNDManager());
                copy.add(own);
            });
            return copy;
        }

        @Override
        public NDList processOutput(TranslatorContext context, NDList output) {
            var scores = new NDList(output.get(0), output.get(1)); // the third are the model's own negative rows
            scores.detach();
            return scores;
        }

        @Override
        public Batchifier getBatchifier() {
            return null; // expressions are the batch
        }
    }
}
