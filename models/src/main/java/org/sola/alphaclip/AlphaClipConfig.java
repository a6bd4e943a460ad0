package org.sola.alphaclip;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.sola.config.Configs;
import org.sola.text.TokenizerKind;

/**
 * Sizes of an Alpha-CLIP; every size is one file below {@code configs/models/}.
 *
 * @param name name in messages and fingerprints
 * @param embedDim E: width of the space that images and texts share
 * @param vision image side
 * @param text text side
 */
public record AlphaClipConfig(String name, int embedDim, Vision vision, Text text) {
    /** Of every layer normalisation. */
    static final double EPSILON = 1e-5;

    /** A block's inner linear maps are this many times wider. */
    static final int EXPANSION = 4;

    /**
     * The vision transformer.
     *
     * @param imageSize S: side of the square input in pixels, a multiple of {@code patch}
     * @param patch side of a patch in pixels
     * @param width D: width of a patch's row
     * @param layers blocks
     * @param heads attention heads
     * @param fit how an image becomes square
     */
    public record Vision(int imageSize, int patch, int width, int layers, int heads, ImageFit fit) {
        public Vision {
            if (patch < 1 || imageSize < patch || imageSize % patch != 0) {
                throw new IllegalArgumentException("imageSize is " + imageSize + " and patch " + patch
                        + ", expected a positive patch that divides the size");
            }
            requireBlocks("vision", width, layers, heads);
        }

        /** Patches along a side. */
        public int side() {
            return imageSize / patch;
        }
    }

    /**
     * The text transformer.
     *
     * @param tokenizer how a text is cut into pieces
     * @param vocabulary pieces
     * @param contextLength W: pieces that are read at most, start and end included
     * @param width D: width of a piece's row
     * @param layers blocks
     * @param heads attention heads
     */
    public record Text(TokenizerKind tokenizer, int vocabulary, int contextLength, int width, int layers, int heads) {
        public Text {
            if (vocabulary < 1 || contextLength < 3) {
                throw new IllegalArgumentException("vocabulary is " + vocabulary + " and contextLength " + contextLength
                        + ", expected at least 1 and 3");
            }
            requireBlocks("text", width, layers, heads);
        }
    }

    public AlphaClipConfig {
        if (embedDim < 1) {
            throw new IllegalArgumentException(name + ": embedDim is " + embedDim + ", expected at least 1");
        }
    }

    private static void requireBlocks(String side, int width, int layers, int heads) {
        if (width < 1 || layers < 1 || heads < 1 || width % heads != 0) {
            throw new IllegalArgumentException(side + ": width is " + width + ", layers " + layers + " and heads "
                    + heads + ", expected at least one layer and a width that is a multiple of the heads");
        }
    }

    /** Reads a file below {@code configs/models/}. */
    public static AlphaClipConfig read(Path file) {
        return Configs.load(AlphaClipConfig.class, List.of(file), Map.of());
    }
}
