package org.sola.alphaclip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Set;
import org.sola.layer.Observer;
import org.sola.layer.Scoped;
import org.sola.tensor.Init;
import org.sola.tensor.Scalar;
import org.sola.tensor.Weights;

/**
 * Alpha-CLIP (Sun et al. 2024): CLIP (Radford et al. 2021) whose image side also reads a mask, so that a feature says what
 * is under it. The cosine of an image's and a text's feature is their alignment.
 *
 * <p>A network is immutable and may be used from several threads. B images, K texts, S input side, E feature width.
 */
public final class AlphaClip {
    private static final Set<String> UNREAD = Set.of("input_resolution", "context_length", "vocab_size");
    private static final double NO_DIVISION_BY_ZERO = 1e-12;

    private final AlphaClipConfig config;
    private final VisionTransformer visual;
    private final TextTransformer text;
    private final NDArray logitScale; // a scalar

    private AlphaClip(AlphaClipConfig config, Weights visual, Weights text) {
        this.config = config;
        this.visual = VisionTransformer.of(config, visual);
        this.text = TextTransformer.of(config, text);
        logitScale = text.get("logit_scale", Init.constant(Math.log(1 / 0.07)));
    }

    /** @param weights a whole checkpoint: CLIP's names, the image side's below {@code visual} */
    public static AlphaClip of(AlphaClipConfig config, Weights weights) {
        return new AlphaClip(config, weights.at("visual"), weights);
    }

    /**
     * The published pair of files.
     *
     * @param visual the image side with the mask's stem alone, without a prefix
     * @param clip CLIP itself, whose own image side is not read
     */
    public static AlphaClip of(AlphaClipConfig config, Weights visual, Weights clip) {
        return new AlphaClip(config, visual, clip);
    }

    /**
     * Whether checkpoints hold {@code parameter} though no part of the network reads it: three numbers of CLIP's files,
     * and in the published pair its image side. For {@link Weights#requireAllUsed}.
     */
    public static boolean isUnread(String parameter) {
        return UNREAD.contains(parameter);
    }

    public AlphaClipConfig config() {
        return config;
    }

    /** Images (B, 3, S, S), normalised, to what no mask changes, (B, L, D): once an image. */
    public NDArray imagePatches(NDArray images) {
        return visual.imagePatches(images);
    }

    /** Masks (B, 1, S, S), as {@link AlphaInput#alpha} makes them, to what they add to the patches. */
    public NDArray alphaPatches(NDArray alphas) {
        return visual.alphaPatches(alphas);
    }

    /** Features (B, E) of images under masks; patches of one image serve all masks. Not normalised. */
    public NDArray encodeImages(NDArray imagePatches, NDArray alphas) {
        return encodeImages(imagePatches, alphas, Observer.NONE);
    }

    /** The same, watched. */
    public NDArray encodeImages(NDArray imagePatches, NDArray alphas, Observer observer) {
        return Scoped.array(() -> visual.forward(imagePatches, visual.alphaPatches(alphas), observer));
    }

    /** Features (K, E) of texts. Not normalised. */
    public NDArray encodeTexts(NDManager manager, List<TextPieces> texts) {
        int width = texts.stream().mapToInt(TextPieces::size).max().orElseThrow();
        var rows = new long[texts.size()][];
        var ends = new int[rows.length];
        for (int k = 0; k < rows.length; k++) {
            rows[k] = texts.get(k).padded(width);
            ends[k] = texts.get(k).size() - 1;
        }
        return encodeTexts(manager, rows, ends, Observer.NONE);
    }

    /**
     * Features (K, E) of rows of piece numbers (K, W).
     *
     * @param ends where each text ends in its row
     */
    public NDArray encodeTexts(NDManager manager, long[][] pieces, int[] ends, Observer observer) {
        int longest = config.text().contextLength();
        if (pieces[0].length > longest) {
            throw new IllegalArgumentException(
                    config.name() + " reads " + longest + " pieces at most, not " + pieces[0].length);
        }
        return text.forward(manager, pieces, ends, observer);
    }

    /** The natural logarithm of what training multiplies cosines by, a scalar; alignment itself does not use it. */
    public NDArray logitScale() {
        return logitScale;
    }

    /** Cosines (B, K) of features (B, E) and (K, E): -1..1. */
    public static NDArray alignment(NDArray images, NDArray texts) {
        return Scoped.array(() -> unit(images).matMul(unit(texts).transpose()));
    }

    private static NDArray unit(NDArray x) {
        var squares = x.mul(x).sum(new int[] {-1}, true).add(Scalar.of(NO_DIVISION_BY_ZERO));
        return x.div(squares.sqrt());
    }
}
