package org.sola.zoo;

import ai.djl.ndarray.NDList;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.util.function.Function;

/**
 * Lets a network answer directly, for an {@link AskedBlock}.
 *
 * @param network from the caller's input to what the caller gets
 */
record AskingTranslator<I, O>(Function<I, O> network) implements Translator<I, O> {
    private static final String ANSWER = "answer";

    @Override
    public NDList processInput(TranslatorContext context, I input) {
        context.setAttachment(ANSWER, network.apply(input));
        return new NDList();
    }

    @Override
    @SuppressWarnings("unchecked") // what processInput has put there
    public O processOutput(TranslatorContext context, NDList output) {
        return (O) context.getAttachment(ANSWER);
    }

    @Override
    public Batchifier getBatchifier() {
        return null; // inputs are no arrays
    }
}
