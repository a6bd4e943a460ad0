package org.sola.groundingdino;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sola.image.RgbImage;
import org.sola.layer.Observer;
import org.sola.tensor.Weights;
import org.sola.text.TextTokenizer;
import org.sola.text.TokenizerKind;
import org.sola.text.WordPieces;

/**
 * Grounding DINO with its tokenizer: images and captions to boxes. An image is encoded once for all its captions
 * ({@link #encode}), and captions are remembered. May be used from several threads, one image at a time each.
 */
public final class GroundingDinoDetector implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroundingDinoDetector.class);
    private static final int REMEMBERED_CAPTIONS = 64;

    private final NDManager manager;
    private final GroundingDino network;
    private final TextTokenizer tokenizer;
    private final Map<String, WordPieces> known = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, WordPieces> eldest) {
            return size() > REMEMBERED_CAPTIONS;
        }
    };

    private GroundingDinoDetector(NDManager manager, GroundingDino network, TextTokenizer tokenizer) {
        this.manager = manager;
        this.network = network;
        this.tokenizer = tokenizer;
    }

    /**
     * Opens a detector; the caller closes it.
     *
     * @param checkpoint the official file, such as {@code groundingdino_swint_ogc.pth}, its tensors as safetensors, or
     *     the {@code model.safetensors} of the transformers library
     * @param vocabulary the folder of bert-base-uncased's {@code tokenizer.json} or {@code vocab.txt}
     * @param parent the weights live in a child of it
     */
    public static GroundingDinoDetector open(
            GroundingDinoConfig config, Path checkpoint, Path vocabulary, NDManager parent) throws IOException {
        var tokenizer = TextTokenizer.open(TokenizerKind.WORD_PIECE, vocabulary);
        var manager = parent.newSubManager();
        try {
            var network = GroundingDino.ofCheckpoint(config, Weights.open(checkpoint, manager));
            return new GroundingDinoDetector(manager, network, tokenizer);
        } catch (IOException | RuntimeException e) {
            tokenizer.close();
            manager.close();
            throw e;
        }
    }

    /** The name of its configuration. */
    public String name() {
        return network.config().name();
    }

    /** Native arrays that its memory holds: those of the weights that were read, and of images that are not closed. */
    int liveArrays() {
        return manager.getManagedArrays().size();
    }

    /** An image that the network has seen, with the size that boxes refer to; to be closed. */
    public static final class EncodedImage implements AutoCloseable {
        private final ImageMemory memory;
        private final int height;
        private final int width;

        private EncodedImage(ImageMemory memory, int height, int width) {
            this.memory = memory;
            this.height = height;
            this.width = width;
        }

        @Override
        public void close() {
            memory.close();
        }
    }

    /** Encodes an image for any number of captions; the caller closes it. */
    public EncodedImage encode(RgbImage image) {
        ImageMemory memory;
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            memory = network.encodeImage(DetectorInput.of(manager, image), Observer.NONE);
            NDScope.unregister(memory.rows(), memory.positions());
        }
        return new EncodedImage(memory, image.height(), image.width());
    }

    /** The boxes of what {@code caption} names, in the order of the network's queries. */
    public List<Detection> detect(EncodedImage image, String caption, DetectionRule rule) {
        var pieces = pieces(caption);
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            long[] ids = pieces.ids().stream().mapToLong(Long::longValue).toArray();
            var text = network.encodeText(manager, ids, Observer.NONE);
            return rule.apply(network.detect(image.memory, text, Observer.NONE), image.height, image.width);
        }
    }

    /** The words of {@code caption} that a detection stands for, without special pieces and full stops. */
    public String phrase(String caption, Detection detection) {
        var pieces = pieces(caption);
        var ids = detection.phrase().stream()
                .filter(place -> !pieces.pieces().get(place).startsWith("["))
                .map(place -> pieces.ids().get(place))
                .toList();
        return ids.isEmpty() ? "" : tokenizer.decode(ids).replace(".", "").strip();
    }

    private WordPieces pieces(String caption) {
        String text = Caption.normalised(caption);
        synchronized (known) {
            return known.computeIfAbsent(text, this::tokenize);
        }
    }

    private WordPieces tokenize(String caption) {
        var pieces = tokenizer.encode(caption);
        int most = network.config().maxTextPieces();
        if (pieces.size() > most) {
            LOG.warn(
                    "the caption \"{}...\" has {} word pieces, {} reads {}; its end is left out",
                    caption.substring(0, Math.min(40, caption.length())),
                    pieces.size(),
                    name(),
                    most);
        }
        return pieces;
    }

    @Override
    public void close() {
        tokenizer.close();
        manager.close();
    }
}
