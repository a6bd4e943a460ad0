package org.sola.groundingdino;

import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
 * ({@link #encode}), and captions are remembered with what the text encoder made of them. May be used from several
 * threads.
 */
public final class GroundingDinoDetector implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroundingDinoDetector.class);
    private static final int REMEMBERED_CAPTIONS = 64;
    private static final int BEGINNING = 40; // characters of a caption that messages show
    /** On a GPU. On a CPU the backbone takes images one by one: together they take as long, and more memory. */
    private static final int IMAGES_AT_ONCE = 4;

    private static final long ROWS_AT_ONCE = 100_000;

    private final NDManager manager;
    private final GroundingDino network;
    private final TextTokenizer tokenizer;
    private final Map<String, KnownCaption> known = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, KnownCaption> eldest) {
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
        var manager = parent.newSubManager();
        try {
            return of(config, Weights.open(checkpoint, manager), vocabulary, manager);
        } catch (IOException | RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /**
     * A detector whose weights are open already.
     *
     * @param manager of the weights; closed with the detector
     */
    public static GroundingDinoDetector of(
            GroundingDinoConfig config, Weights weights, Path vocabulary, NDManager manager) throws IOException {
        var tokenizer = TextTokenizer.open(TokenizerKind.WORD_PIECE, vocabulary);
        try {
            return new GroundingDinoDetector(manager, GroundingDino.ofCheckpoint(config, weights), tokenizer);
        } catch (RuntimeException e) {
            tokenizer.close();
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
        return encodeAll(List.of(image)).get(0);
    }

    /**
     * Encodes images, on a GPU those of one size up to {@value #IMAGES_AT_ONCE} at a time; the caller closes each. They are
     * all held: an image of 800 x 1333 pixels takes 45 MB.
     */
    public List<EncodedImage> encodeAll(List<RgbImage> images) {
        var bySize = new LinkedHashMap<Levels.Size, List<Integer>>();
        for (int i = 0; i < images.size(); i++) {
            var size = DetectorInput.size(images.get(i).height(), images.get(i).width());
            bySize.computeIfAbsent(size, key -> new ArrayList<>()).add(i);
        }
        int atOnce = manager.getDevice().isGpu() ? IMAGES_AT_ONCE : 1;
        var encoded = new EncodedImage[images.size()];
        try {
            for (var places : bySize.values()) {
                for (int from = 0; from < places.size(); from += atOnce) {
                    encode(images, places.subList(from, Math.min(places.size(), from + atOnce)), encoded);
                }
            }
            return List.of(encoded);
        } catch (RuntimeException e) {
            Stream.of(encoded).filter(Objects::nonNull).forEach(EncodedImage::close);
            throw e;
        }
    }

    /** Encodes the images at {@code places}, which the network takes at one size, together. */
    private void encode(List<RgbImage> images, List<Integer> places, EncodedImage[] encoded) {
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var inputs = new NDList();
            places.forEach(place -> inputs.add(DetectorInput.of(manager, images.get(place))));
            var memories = network.encodeImages(
                    places.size() == 1 ? inputs.get(0) : NDArrays.concat(inputs, 0), Observer.NONE);
            for (int i = 0; i < places.size(); i++) {
                var memory = memories.get(i);
                var image = images.get(places.get(i));
                NDScope.unregister(memory.rows(), memory.positions());
                encoded[places.get(i)] = new EncodedImage(memory, image.height(), image.width());
            }
        }
    }

    /** The boxes of what {@code caption} names, in the order of the network's queries. */
    public List<Detection> detect(EncodedImage image, String caption, DetectionRule rule) {
        return detectAll(List.of(image), List.of(caption), rule).get(0);
    }

    /**
     * The boxes of what each caption names in the image at its place. Images may have any sizes and may be there several
     * times; together they give what each gives by itself. As many pairs go through the network at once as have
     * {@value #ROWS_AT_ONCE} rows, about four images of 800 x 1333 pixels.
     */
    public List<List<Detection>> detectAll(List<EncodedImage> images, List<String> captions, DetectionRule rule) {
        if (images.size() != captions.size()) {
            throw new IllegalArgumentException(
                    "every image needs a caption of its own, not " + captions.size() + " for " + images.size());
        }
        var known = captions.stream().map(this::known).toList();
        var found = new ArrayList<List<Detection>>();
        int from = 0;
        long rows = 0;
        for (int i = 0; i < images.size(); i++) {
            long own = images.get(i).memory.levels().rows();
            if (i > from && rows + own > ROWS_AT_ONCE) {
                found.addAll(detectTogether(images.subList(from, i), known.subList(from, i), rule));
                from = i;
                rows = 0;
            }
            rows += own;
        }
        if (from < images.size()) {
            found.addAll(detectTogether(images.subList(from, images.size()), known.subList(from, images.size()), rule));
        }
        return List.copyOf(found);
    }

    private List<List<Detection>> detectTogether(
            List<EncodedImage> images, List<KnownCaption> captions, DetectionRule rule) {
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var outputs = network.detect(
                    images.stream().map(image -> image.memory).toList(),
                    captions.stream().map(caption -> caption.text().in(manager)).toList(),
                    Observer.NONE);
            return IntStream.range(0, images.size())
                    .mapToObj(i -> rule.apply(outputs.get(i), images.get(i).height, images.get(i).width))
                    .toList();
        }
    }

    /** The words of {@code caption} that a detection stands for, without special pieces and full stops. */
    public String phrase(String caption, Detection detection) {
        var pieces = known(caption).pieces();
        var ids = detection.phrase().stream()
                .filter(place -> !pieces.pieces().get(place).startsWith("["))
                .map(place -> pieces.ids().get(place))
                .toList();
        return ids.isEmpty() ? "" : tokenizer.decode(ids).replace(".", "").strip();
    }

    /** What the network cannot read of a caption, a sentence each: nothing is left out without being said. */
    public List<String> remarks(String caption) {
        String text = Caption.normalised(caption);
        var pieces = tokenizer.encode(text);
        var remarks = new ArrayList<String>();
        int most = network.config().maxTextPieces();
        if (pieces.size() > most) {
            remarks.add("the caption \"" + beginning(text) + "\" has " + pieces.size() + " word pieces, " + name()
                    + " reads " + most + ": its end is left out");
        }
        long unknown = pieces.pieces().stream().filter("[UNK]"::equals).count();
        if (unknown > 0) {
            remarks.add("the caption \"" + beginning(text) + "\" has " + unknown
                    + " word pieces that the vocabulary does not have; to the network they are all the same");
        }
        return List.copyOf(remarks);
    }

    private static String beginning(String text) {
        return text.length() <= BEGINNING ? text : text.substring(0, BEGINNING) + "...";
    }

    /** A caption's pieces, and what the network makes of it without an image. */
    private record KnownCaption(WordPieces pieces, CaptionMemory text) {}

    private KnownCaption known(String caption) {
        String normalised = Caption.normalised(caption);
        synchronized (known) {
            return known.computeIfAbsent(normalised, this::read);
        }
    }

    private KnownCaption read(String caption) {
        var pieces = tokenize(caption);
        long[] ids = pieces.ids().stream().mapToLong(Long::longValue).toArray();
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            return new KnownCaption(pieces, CaptionMemory.of(network.encodeText(manager, ids, Observer.NONE)));
        }
    }

    private WordPieces tokenize(String caption) {
        var pieces = tokenizer.encode(caption);
        int most = network.config().maxTextPieces();
        if (pieces.size() > most) {
            LOG.warn(
                    "the caption \"{}\" has {} word pieces, {} reads {}; its end is left out",
                    beginning(caption),
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
