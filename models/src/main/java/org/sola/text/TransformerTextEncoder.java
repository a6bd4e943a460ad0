package org.sola.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sola.tensor.Weights;

/**
 * A tokenizer and a {@link TransformerEncoder}: expressions to all rows of the last hidden state, as SOLA reads them.
 *
 * <p>Expressions that are asked for together are encoded in batches of like length; padded rows are hidden from the
 * others and never returned, so the numbers are those of an expression alone but for the last bits.
 */
public final class TransformerTextEncoder implements TextEncoder {
    private static final Logger LOG = LoggerFactory.getLogger(TransformerTextEncoder.class);

    /** Pieces in a batch, padding included: enough for the matrix products to be bound by arithmetic. */
    private static final int PIECES_A_BATCH = 768;

    private static final long REMEMBERED_BYTES = 64L << 20;

    /** What vocabularies of words and of bytes put for what they do not have. */
    private static final Set<String> UNKNOWN = Set.of("[UNK]", "<unk>");

    private final NDManager manager;
    private final TransformerEncoder encoder;
    private final TextTokenizer tokenizer;
    private final Supplier<String> fingerprint;
    private final RecentTokens recent = new RecentTokens(REMEMBERED_BYTES);

    private TransformerTextEncoder(
            NDManager manager, TransformerEncoder encoder, TextTokenizer tokenizer, Supplier<String> fingerprint) {
        this.manager = manager;
        this.encoder = encoder;
        this.tokenizer = tokenizer;
        this.fingerprint = fingerprint;
    }

    /**
     * Opens a published model; the caller closes it.
     *
     * @param folder {@code model.safetensors}, else {@code pytorch_model.bin}, and the tokenizer's files, as the authors
     *     publish them
     * @param parent the weights live in a child of it
     */
    public static TransformerTextEncoder open(TextModelConfig config, Path folder, NDManager parent)
            throws IOException {
        var file = Stream.of("model.safetensors", "pytorch_model.bin")
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new FileNotFoundException(
                        folder + " has no model.safetensors and no pytorch_model.bin; put the published weights of "
                                + config.name() + " there, with the tokenizer's files"));
        TokenizerFiles.find(config.tokenizer(), folder); // before the weights, which take longer
        var manager = parent.newSubManager();
        try {
            return of(config, Weights.open(file, manager), file, manager);
        } catch (IOException | RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /**
     * A model whose weights are open already.
     *
     * @param file the weights' own file, with the tokenizer's beside it
     * @param manager of the weights; closed with the encoder
     */
    public static TransformerTextEncoder of(TextModelConfig config, Weights weights, Path file, NDManager manager)
            throws IOException {
        var files =
                TokenizerFiles.find(config.tokenizer(), file.toAbsolutePath().getParent());
        byte[] json = files.json();
        return of(
                config,
                weights,
                TextTokenizer.of(json, files.toString()),
                manager,
                () -> ModelFingerprint.of(config, () -> Files.newInputStream(file), json));
    }

    /** Refuses a folder without the tokenizer's files, naming those that are missing. */
    public static void requireTokenizer(TextModelConfig config, Path folder) throws IOException {
        TokenizerFiles.find(config.tokenizer(), folder);
    }

    /** Takes over {@code manager}, which holds the weights, and the tokenizer. */
    static TransformerTextEncoder of(
            TextModelConfig config,
            Weights weights,
            TextTokenizer tokenizer,
            NDManager manager,
            Supplier<String> fingerprint) {
        try {
            var encoder = TransformerEncoder.of(config, withoutPrefix(weights));
            weights.requireAllUsed(TransformerTextEncoder::isIgnored);
            return new TransformerTextEncoder(manager, encoder, tokenizer, fingerprint);
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    /** Files of whole language models have the encoder below its own name. */
    private static Weights withoutPrefix(Weights weights) {
        for (String prefix : List.of("bert", "roberta")) {
            if (weights.has(prefix + ".embeddings.word_embeddings.weight")) {
                return weights.at(prefix);
            }
        }
        return weights;
    }

    /** Counters of older files, and the heads that a language model was trained with. */
    private static boolean isIgnored(String parameter) {
        return parameter.endsWith("embeddings.position_ids")
                || parameter.startsWith("cls.")
                || parameter.startsWith("lm_head.")
                || parameter.contains("pooler.");
    }

    @Override
    public String name() {
        return encoder.config().name();
    }

    @Override
    public int dimension() {
        return encoder.config().width();
    }

    /** Model, weights and tokenizer in one hash; reads all of the weights' file. */
    @Override
    public String fingerprint() {
        return fingerprint.get();
    }

    @Override
    public TextTokens encode(String expression) {
        return encodeAll(List.of(expression)).get(0);
    }

    @Override
    public synchronized List<TextTokens> encodeAll(List<String> expressions) {
        expressions.forEach(TextEncoder::requireVisible);
        return recent.all(expressions, this::compute);
    }

    @Override
    public Reading reading(String expression) {
        TextEncoder.requireVisible(expression);
        var pieces = tokenizer.encode(expression);
        int unknown = (int) pieces.pieces().stream().filter(UNKNOWN::contains).count();
        return new Reading(pieces.size(), encoder.config().maxPieces(), unknown);
    }

    /** Forgets what it has encoded, so that the next call computes everything. */
    public synchronized void forget() {
        recent.clear();
    }

    private record Job(String expression, WordPieces pieces) {}

    private List<TextTokens> compute(List<String> expressions) {
        var computed = new ArrayList<TextTokens>();
        var encoded = tokenizer.encodeAll(expressions);
        var jobs = new ArrayList<Job>();
        for (int i = 0; i < expressions.size(); i++) {
            jobs.add(new Job(expressions.get(i), fitting(expressions.get(i), encoded.get(i))));
        }
        jobs.sort(Comparator.comparingInt(job -> job.pieces().size()));
        int from = 0;
        for (int to = 1; to <= jobs.size(); to++) {
            // sorted, so the next one would set the width of the batch
            boolean isFull = to == jobs.size() || jobs.get(to).pieces().size() * (to - from + 1) > PIECES_A_BATCH;
            if (isFull) {
                computed.addAll(batch(jobs.subList(from, to)));
                from = to;
            }
        }
        return computed;
    }

    private WordPieces fitting(String expression, WordPieces pieces) {
        var config = encoder.config();
        pieces.ids().stream()
                .filter(id -> id >= config.vocabulary())
                .findFirst()
                .ifPresent(id -> {
                    throw new IllegalArgumentException("the tokenizer " + tokenizer + " gives piece " + id + ", "
                            + name() + " knows " + config.vocabulary() + "; is it the tokenizer of another model?");
                });
        if (pieces.size() <= config.maxPieces()) {
            return pieces;
        }
        LOG.warn(
                "the expression \"{}...\" has {} word pieces, {} reads {}; its end is left out",
                expression.substring(0, Math.min(40, expression.length())),
                pieces.size(),
                name(),
                config.maxPieces());
        return pieces.cut(config.maxPieces());
    }

    private List<TextTokens> batch(List<Job> jobs) {
        int width = jobs.get(jobs.size() - 1).pieces().size();
        var pieces = new long[jobs.size()][];
        var isPiece = new boolean[jobs.size()][width];
        for (int b = 0; b < jobs.size(); b++) {
            pieces[b] = jobs.get(b).pieces().padded(width, encoder.config().paddingId());
            Arrays.fill(isPiece[b], 0, jobs.get(b).pieces().size(), true);
        }
        boolean isPadded = jobs.get(0).pieces().size() < width;
        float[] rows;
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var mask = isPadded
                    ? Optional.of(TransformerEncoder.paddingMask(manager, isPiece))
                    : Optional.<NDArray>empty();
            rows = encoder.encode(manager, pieces, mask).toFloatArray();
        }
        var tokens = new ArrayList<TextTokens>();
        int stride = width * dimension();
        for (int b = 0; b < jobs.size(); b++) {
            var job = jobs.get(b);
            var own = Arrays.copyOfRange(
                    rows, b * stride, b * stride + job.pieces().size() * dimension());
            tokens.add(new TextTokens(
                    job.expression(),
                    job.pieces().pieces(),
                    dimension(),
                    job.pieces().truncated(),
                    own));
        }
        return tokens;
    }

    @Override
    public synchronized void close() {
        tokenizer.close();
        manager.close();
        recent.clear();
    }
}
