package org.sola.zoo;

import ai.djl.Application;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.sola.text.TextModelConfig;
import org.sola.text.TextTokens;
import org.sola.text.TransformerTextEncoder;

/**
 * Text encoders: an expression to its {@link TextTokens}, several to theirs in batches, or an expression to its one pooled
 * vector. The tokenizer's files lie beside the weights.
 */
final class TextEncoderLoader extends CheckpointLoader<TextModelConfig> {
    private static final Types POOLED = new Types(String.class, float[].class);
    private static final Types TOKENS = new Types(String.class, TextTokens.class);
    private static final Types BATCH = new Types(String[].class, TextTokens[].class);

    TextEncoderLoader(String name, String config) {
        super(name, config, Application.NLP.TEXT_EMBEDDING, TextModelConfig.class, POOLED, TOKENS, BATCH);
    }

    @Override
    boolean isUnread(String parameter) {
        return true; // the encoder has checked itself
    }

    @Override
    Loaded load(TextModelConfig settings, Source source, Types wanted) throws IOException {
        var encoder = TransformerTextEncoder.of(settings, source.weights(), source.checkpoint(), source.manager());
        return AskedBlock.loaded(
                Map.of(
                        POOLED,
                        new AskingTranslator<String, float[]>(
                                expression -> encoder.encode(expression).pooled()),
                        TOKENS,
                        new AskingTranslator<String, TextTokens>(encoder::encode),
                        BATCH,
                        new AskingTranslator<String[], TextTokens[]>(expressions ->
                                encoder.encodeAll(List.of(expressions)).toArray(TextTokens[]::new))),
                wanted);
    }
}
