package org.sola.groundingdino;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.sola.config.Configs;
import org.sola.text.TextModelConfig;

/**
 * Sizes of a Grounding DINO; every size is one file below {@code configs/models/}.
 *
 * @param name name in messages and fingerprints
 * @param swin the image encoder
 * @param text the text encoder
 * @param hiddenDim C: channels of image rows, text rows and queries
 * @param levels maps that the enhancer works on; the last one is half of Swin's smallest
 * @param encoderLayers layers of the feature enhancer
 * @param decoderLayers layers of the decoder
 * @param heads of the decoder's and the deformable attention
 * @param points samples of a query in each level and head
 * @param feedForward hidden width of the image layers
 * @param fusionHeads heads of the fusion of image and text
 * @param fusionDim its inner width
 * @param textHeads heads of the enhancer's text layers
 * @param textFeedForward their hidden width
 * @param queries boxes that the decoder refines
 * @param maxTextPieces the longest caption, special pieces included
 * @param positionTemperature of the image's sine positions
 */
public record GroundingDinoConfig(
        String name,
        Swin swin,
        TextModelConfig text,
        int hiddenDim,
        int levels,
        int encoderLayers,
        int decoderLayers,
        int heads,
        int points,
        int feedForward,
        int fusionHeads,
        int fusionDim,
        int textHeads,
        int textFeedForward,
        int queries,
        int maxTextPieces,
        double positionTemperature) {

    /**
     * Sizes of a Swin Transformer.
     *
     * @param embedDim channels of the first stage; they double from stage to stage
     * @param depths blocks a stage
     * @param heads attention heads a stage
     * @param window side of a window
     */
    public record Swin(int embedDim, List<Integer> depths, List<Integer> heads, int window) {
        public Swin {
            depths = List.copyOf(depths);
            heads = List.copyOf(heads);
            if (depths.size() != heads.size() || depths.size() < 2) {
                throw new IllegalArgumentException(
                        "depths " + depths + " and heads " + heads + " must name the same stages, at least two");
            }
        }

        /** Channels of stage {@code stage}. */
        int channels(int stage) {
            return embedDim << stage;
        }

        int stages() {
            return depths.size();
        }
    }

    public GroundingDinoConfig {
        if (levels != swin.stages()) {
            throw new IllegalArgumentException("Grounding DINO " + name + ": levels is " + levels + ", expected "
                    + swin.stages() + ": all stages of swin but the first, and one more");
        }
        if (hiddenDim % heads != 0 || fusionDim % fusionHeads != 0 || hiddenDim % textHeads != 0) {
            throw new IllegalArgumentException(
                    "Grounding DINO " + name + ": hiddenDim and fusionDim must be multiples of their heads");
        }
    }

    /** Reads a file below {@code configs/models/}. */
    public static GroundingDinoConfig read(Path file) {
        return Configs.load(GroundingDinoConfig.class, List.of(file), Map.of());
    }
}
