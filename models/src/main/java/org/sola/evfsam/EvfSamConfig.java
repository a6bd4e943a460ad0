package org.sola.evfsam;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.sola.config.Configs;

/**
 * Sizes of an EVF-SAM; every size is one file below {@code configs/models/}.
 *
 * @param name name in messages and fingerprints
 * @param fusion the encoder that reads the frame and the expression together
 * @param sam the network that draws the mask
 */
public record EvfSamConfig(String name, Fusion fusion, Sam sam) {

    /**
     * BEiT-3: image patches and word pieces in one transformer, each kind with its own linear maps.
     *
     * @param imageSize side of its square input in pixels, a multiple of {@code patch}
     * @param patch side of a patch
     * @param vocabulary word pieces, at least those of the tokenizer
     * @param textPositions rows of the pieces' learned positions; the first two are not used
     * @param width D: of a token
     * @param layers layers
     * @param heads attention heads
     * @param feedForward hidden width of a layer's two linear maps
     */
    public record Fusion(
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

        /** Image tokens without the class token. */
        int patches() {
            return imageSize / patch * (imageSize / patch);
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
