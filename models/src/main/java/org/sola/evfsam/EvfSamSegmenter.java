package org.sola.evfsam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sola.image.RgbImage;
import org.sola.tensor.Weights;
import org.sola.text.TextEncoder;

/**
 * EVF-SAM with its tokenizer: frames and expressions to masks. A frame is encoded once for all its expressions ({@link
 * #encode}), which are decoded in batches. May be used from several threads, one frame at a time each.
 */
public final class EvfSamSegmenter implements AutoCloseable {
    /** The tokenizer's file, as it is published with the weights. */
    public static final String TOKENIZER_FILE = "sentencepiece.bpe.model";

    private static final Logger LOG = LoggerFactory.getLogger(EvfSamSegmenter.class);

    /** Expressions at once: more are no faster, and each holds the wide rows of a layer, 3.5 MiB at the official size. */
    private static final int EXPRESSIONS_A_BATCH = 8;

    private final NDManager manager;
    private final EvfSam network;
    private final ExpressionTokenizer tokenizer;

    private EvfSamSegmenter(NDManager manager, EvfSam network, ExpressionTokenizer tokenizer) {
        this.manager = manager;
        this.network = network;
        this.tokenizer = tokenizer;
    }

    /**
     * Opens a segmenter; the caller closes it.
     *
     * @param checkpoint the official {@code pytorch_model.bin}, or its tensors as safetensors
     * @param tokenizer the official {@link #TOKENIZER_FILE}
     * @param parent the weights live in a child of it
     */
    public static EvfSamSegmenter open(EvfSamConfig config, Path checkpoint, Path tokenizer, NDManager parent)
            throws IOException {
        var pieces = ExpressionTokenizer.open(tokenizer);
        var manager = parent.newSubManager();
        try {
            requireVocabulary(config, pieces);
            return new EvfSamSegmenter(manager, EvfSam.ofCheckpoint(config, Weights.open(checkpoint, manager)), pieces);
        } catch (IOException | RuntimeException e) {
            pieces.close();
            manager.close();
            throw e;
        }
    }

    /**
     * The tokenizer that belongs to a checkpoint: beside {@code NAME.safetensors} the file {@code
     * NAME.sentencepiece.model}, as the small models ship, else {@link #TOKENIZER_FILE}; whether it is there or not.
     */
    public static Path tokenizerBeside(Path checkpoint) {
        var own = checkpoint.resolveSibling(
                checkpoint.getFileName().toString().replaceFirst("\\.[^.]*$", "") + ".sentencepiece.model");
        return Files.isRegularFile(own) ? own : checkpoint.resolveSibling(TOKENIZER_FILE);
    }

    /** A segmenter of a network that is already there; it takes over the tokenizer and {@code manager}. */
    public static EvfSamSegmenter of(EvfSam network, ExpressionTokenizer tokenizer, NDManager manager) {
        requireVocabulary(network.config(), tokenizer);
        return new EvfSamSegmenter(manager, network, tokenizer);
    }

    private static void requireVocabulary(EvfSamConfig config, ExpressionTokenizer tokenizer) {
        if (tokenizer.vocabulary() > config.fusion().vocabulary()) {
            throw new IllegalArgumentException("the tokenizer " + tokenizer + " has " + tokenizer.vocabulary()
                    + " pieces, " + config.name() + " knows " + config.fusion().vocabulary()
                    + "; is it the tokenizer of another model?");
        }
    }

    /** The name of its configuration. */
    public String name() {
        return network.config().name();
    }

    /** Native arrays that its memory holds: those of the weights that were read, and of frames that are not closed. */
    int liveArrays() {
        return manager.getManagedArrays().size();
    }

    /** A frame that the network has seen; to be closed. */
    public static final class EncodedFrame implements AutoCloseable {
        private final NDList features; // of SAM
        private final NDArray imageTokens; // (1, P, D)
        private final FrameSize size;

        private EncodedFrame(NDList features, NDArray imageTokens, FrameSize size) {
            this.features = features;
            this.imageTokens = imageTokens;
            this.size = size;
        }

        @Override
        public void close() {
            features.close();
            imageTokens.close();
        }
    }

    /** Encodes a frame for any number of expressions; the caller closes it. */
    public EncodedFrame encode(RgbImage frame) {
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var features = network.embedFrame(network.input(frame, manager));
            var imageTokens = network.embedPatches(network.fusionInput(frame, manager), features);
            NDScope.unregister(features);
            NDScope.unregister(imageTokens);
            return new EncodedFrame(features, imageTokens, network.size(frame.height(), frame.width()));
        }
    }

    /** What one expression means in the frame. */
    public ReferredMask segment(EncodedFrame frame, String expression) {
        return segment(frame, List.of(expression)).get(0);
    }

    /**
     * What each expression means in the frame, in their order.
     *
     * @throws IllegalArgumentException if an expression has no visible character
     */
    public List<ReferredMask> segment(EncodedFrame frame, List<String> expressions) {
        var pieces = expressions.stream().map(this::pieces).toList();
        var found = new ArrayList<ReferredMask>();
        for (int from = 0; from < pieces.size(); from += EXPRESSIONS_A_BATCH) {
            found.addAll(batch(frame, pieces.subList(from, Math.min(pieces.size(), from + EXPRESSIONS_A_BATCH))));
        }
        return List.copyOf(found);
    }

    private List<ReferredMask> batch(EncodedFrame frame, List<long[]> pieces) {
        float[] logits;
        float[] confidences;
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var decoded = network.decode(frame.features, network.prompt(frame.imageTokens, pieces));
            confidences = decoded.ious().toFloatArray();
            logits = network.toFrame(decoded.masks(), frame.size).toFloatArray();
        }
        var size = frame.size;
        int pixels = size.height() * size.width();
        var masks = new ArrayList<ReferredMask>();
        for (int e = 0; e < pieces.size(); e++) {
            var own = Arrays.copyOfRange(logits, e * pixels, (e + 1) * pixels);
            masks.add(new ReferredMask(size.height(), size.width(), own, confidences[e]));
        }
        return masks;
    }

    /** Whether the whole expression is read, and no end of it left out. */
    public boolean readsWhole(String expression) {
        return tokenizer.encode(expression).length <= network.config().fusion().maxPieces();
    }

    /** The numbers of an expression's word pieces, its ends included, as the network reads them. */
    public long[] pieces(String expression) {
        TextEncoder.requireVisible(expression);
        int most = network.config().fusion().maxPieces();
        int found = tokenizer.encode(expression).length;
        if (found > most) {
            LOG.warn(
                    "the expression \"{}...\" has {} word pieces, {} reads {}; its end is left out",
                    expression.substring(0, Math.min(40, expression.length())),
                    found,
                    name(),
                    most);
        }
        return tokenizer.encode(expression, most);
    }

    @Override
    public void close() {
        tokenizer.close();
        manager.close();
    }
}
