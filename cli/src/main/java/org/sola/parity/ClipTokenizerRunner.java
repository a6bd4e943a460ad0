package org.sola.parity;

import java.nio.file.Path;
import java.util.List;
import org.sola.alphaclip.AlphaClipConfig;
import org.sola.alphaclip.TextReader;

/**
 * CLIP's pieces of sentences, by the vocabulary in the folder {@code vocab} beside the cases'. The sentences that the
 * reference first repairs by a library of its own are not compared: the case does not ask for them.
 */
final class ClipTokenizerRunner implements ParityRunner {
    private static final String CONFIG = "alpha-clip-vit-l-14-336.yaml";

    private final Path modelConfigs;

    ClipTokenizerRunner(Path modelConfigs) {
        this.modelConfigs = modelConfigs;
    }

    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.json().path("sentences").path(0).has("ids");
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        var vocabularies = TokenizersRunner.vocabularies(parityCase.folder());
        var config = AlphaClipConfig.read(modelConfigs.resolve(CONFIG)).text();
        try (var reader = TextReader.open(config, vocabularies)) {
            for (var sentence : parityCase.json().path("sentences")) {
                String text = sentence.path("text").asText();
                List<Long> expected = TokenizersRunner.numbers(sentence.path("ids"));
                checks.fact(text.strip(), reader.read(text).ids().equals(expected));
            }
        }
    }
}
