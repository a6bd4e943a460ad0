package org.sola.evfsam;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sola.config.Configs;
import org.sola.sam2.Sam2Config;

/**
 * Sizes of an EVF-SAM; every size is one file below {@code configs/models/}.
 *
 * @param name name in messages and fingerprints
 * @param fusion the encoder that reads the frame and the expression together
 * @param sam the network that draws the mask, if it is the first SAM
 * @param sam2 the network that draws the mask, if it is SAM 2
 */
public record EvfSamConfig(String name, Fusion fusion, Optional<Sam> sam, Optional<Sam2> sam2) {
    public EvfSamConfig {
        if (sam.isPresent() == sam2.isPresent()) {
            throw new IllegalArgumentException(
                    "EVF-SAM: expected one section of sam and sam2, found " + (sam.isPresent() ? "both" : "none"));
        }
        if (fusion.source() == Fusion.Source.FEATURES) {
            int side = sam2.map(drawing -> drawing.network().featureSize()).orElse(0);
            if (fusion.imageSize() != side) {
                throw new IllegalArgumentException("EVF-SAM: fusion.imageSize is " + fusion.imageSize() + ", expected "
                        + side + ", the side of the features of sam2");
            }
        }
    }

    /** One that draws with the first SAM. */
    public EvfSamConfig(String name, Fusion fusion, Sam sam) {
        this(name, fusion, Optional.of(sam), Optional.empty());
    }

    /** Channels of what the fusion sees. */
    int fusionChannels() {
        return fusion.source() == Fusion.Source.PIXELS ? 3 : promptDim();
    }

    /** C: width of the prompts. */
    int promptDim() {
        return sam.map(Sam::hiddenDim)
                .orElseGet(() -> sam2.orElseThrow().network().hiddenDim());
    }

    /**
     * BEiT-3: image patches and word pieces in one transformer, each kind with its own linear maps.
     *
     * @param source what it sees of the frame: its pixels as published, or the features of a SAM 2 (for small networks,
     *     which have not learnt to see from millions of images)
     * @param imageSize side of its square input, in pixels of the frame or of the feature map, a multiple of {@code patch}
     * @param patch side of a patch
     * @param vocabulary word pieces, at least those of the tokenizer
     * @param textPositions rows of the pieces' learned positions; the first two are not used
     * @param width D: of a token
     * @param layers layers
     * @param heads attention heads
     * @param feedForward hidden width of a layer's two linear maps
     */
    public record Fusion(
            Source source,
            int imageSize,
            int patch,
            int vocabulary,
            int textPositions,
            int width,
            int layers,
            int heads,
            int feedForward) {
        public Fusion {
            requirePositive("fusion", imageSize, patch, vocabulary, width, layers, heads, feedForward);
            requireMultiple("fusion.imageSize", imageSize, "patch", patch);
            requireMultiple("fusion.width", width, "heads", heads);
            if (textPositions < 5) {
                throw new IllegalArgumentException("EVF-SAM: fusion.textPositions is " + textPositions
                        + ", expected at least 5: two unused rows, a piece and both ends");
            }
        }

        /** One that sees pixels. */
        public Fusion(
                int imageSize,
                int patch,
                int vocabulary,
                int textPositions,
                int width,
                int layers,
                int heads,
                int feedForward) {
            this(Source.PIXELS, imageSize, patch, vocabulary, textPositions, width, layers, heads, feedForward);
        }

        /** What the fusion sees of a frame. */
        public enum Source {
            PIXELS,
            FEATURES
        }

        /** Patches a side. */
        public int gridSize() {
            return imageSize / patch;
        }

        /** Image tokens without the class token. */
        int patches() {
            return gridSize() * gridSize();
        }

        /** The longest expression that is read, its two ends included. */
        public int maxPieces() {
            return textPositions - EarlyFusion.UNUSED_POSITIONS;
        }
    }

    /**
     * The first Segment Anything Model.
     *
     * @param imageSize side S of the square input in pixels, a multiple of {@code patch}
     * @param patch side of a patch; masks come out with four pixels a patch's side
     * @param width channels of the image encoder
     * @param layers its blocks
     * @param heads its attention heads
     * @param window side of a window in patches
     * @param globalBlocks blocks that attend to the whole map, counted from 0
     * @param hiddenDim C: channels of features, prompts and decoder, a multiple of 8
     * @param decoderLayers two-way layers
     * @param decoderHeads attention heads of the decoder
     * @param decoderMlp hidden width of the two-way layers' MLP
     */
    public record Sam(
            int imageSize,
            int patch,
            int width,
            int layers,
            int heads,
            int window,
            List<Integer> globalBlocks,
            int hiddenDim,
            int decoderLayers,
            int decoderHeads,
            int decoderMlp) {
        public Sam {
            globalBlocks = List.copyOf(globalBlocks);
            requirePositive(
                    "sam",
                    imageSize,
                    patch,
                    width,
                    layers,
                    heads,
                    window,
                    hiddenDim,
                    decoderLayers,
                    decoderHeads,
                    decoderMlp);
            requireMultiple("sam.imageSize", imageSize, "patch", patch);
            requireMultiple("sam.width", width, "heads", heads);
            requireMultiple("sam.hiddenDim", hiddenDim, "2 decoderHeads and 8", 2 * decoderHeads);
            requireMultiple("sam.hiddenDim", hiddenDim, "8", 8);
        }

        /** Side of the feature map. */
        public int featureSize() {
            return imageSize / patch;
        }

        /** Side of the masks as the decoder draws them. */
        public int lowResSize() {
            return 4 * featureSize();
        }
    }

    /**
     * SAM 2 in place of the first SAM, as in EVF-SAM 2.
     *
     * @param network its sizes; only the part for single images is read
     * @param multimask whether the best of the three masks is taken, or the single one
     */
    public record Sam2(Sam2Config network, boolean multimask) {}

    private static void requirePositive(String part, int... sizes) {
        for (int size : sizes) {
            if (size < 1) {
                throw new IllegalArgumentException(
                        "EVF-SAM: every size of " + part + " must be at least 1, not " + size);
            }
        }
    }

    private static void requireMultiple(String what, int value, String ofWhat, int factor) {
        if (value % factor != 0) {
            throw new IllegalArgumentException(
                    "EVF-SAM: " + what + " is " + value + ", expected a multiple of " + ofWhat + " (" + factor + ")");
        }
    }

    /** Reads a file below {@code configs/models/}. */
    public static EvfSamConfig read(Path file) {
        return Configs.load(EvfSamConfig.class, List.of(file), Map.of());
    }
}
