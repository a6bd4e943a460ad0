package org.sola.train.findtrack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.sola.alphaclip.AlphaClip;
import org.sola.alphaclip.AlphaInput;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Scalar;

/**
 * What the alignment model is taught: of a video's masks, which are an expression's, and of its expressions, which are a
 * mask's; cross entropy of the scaled cosines in both directions (CLIP), with as many right answers as there are. An
 * expression that means nothing in the video is a wrong answer for every mask. M masks and K expressions of a video.
 */
record AlignmentStage(AlphaClip network) {
    private static final double SHARPEST = 100; // CLIP's limit of what cosines are multiplied by
    private static final double OUT_OF_REACH = 1e4; // added to no logit but to tell right answers from wrong ones

    StepResult forward(AlignmentBatch batch, NDManager manager) {
        var losses = new NDList();
        var right = new NDList();
        double asked = 0;
        var scale = network.logitScale().exp().minimum(Scalar.of(SHARPEST));
        for (var video : batch.videos()) {
            int k = video.texts().size();
            var cosines =
                    AlphaClip.alignment(masks(video, manager), network.encodeTexts(manager, video.texts())); // (M, K)
            var logits = cosines.mul(scale);
            var fits = EngineMemory.of(manager, video.fits(), new Shape(video.masks(), k));
            losses.add(crossEntropy(logits, fits, 0).add(crossEntropy(logits, fits, 1)));
            var masksOf = fits.sum(new int[] {0}); // (K)
            var best = logits.max(new int[] {0});
            var bestRight =
                    logits.sub(fits.neg().add(1f).mul(Scalar.of(OUT_OF_REACH))).max(new int[] {0});
            right.add(bestRight.gte(best).toType(DataType.FLOAT32, false).sum());
            for (float count : masksOf.toFloatArray()) {
                asked += count > 0 ? 1 : 0;
            }
        }
        return new StepResult(
                NDArrays.stack(losses).mean(),
                List.of(
                        new StepResult.Figure(
                                "right mask", NDArrays.stack(right).sum(), asked),
                        new StepResult.Figure("scale", scale, 1)));
    }

    /** Features of all masks, (M, E). */
    private NDArray masks(AlignmentBatch.Video video, NDManager manager) {
        var vision = network.config().vision();
        int size = vision.imageSize();
        var features = new NDList();
        for (var picture : video.pictures()) {
            int count = picture.alphas().size();
            var alphas = new float[count * size * size];
            for (int m = 0; m < count; m++) {
                System.arraycopy(picture.alphas().get(m), 0, alphas, m * size * size, size * size);
            }
            var patches = network.imagePatches(AlphaInput.image(manager, picture.image(), vision));
            features.add(
                    network.encodeImages(patches, EngineMemory.of(manager, alphas, new Shape(count, 1, size, size))));
        }
        return NDArrays.concat(features, 0);
    }

    /** Of the right answers along {@code axis}, each as likely; mean over the lines that have one. */
    private static NDArray crossEntropy(NDArray logits, NDArray fits, int axis) {
        var answers = fits.sum(new int[] {axis}, true);
        var wanted = fits.div(answers.maximum(Scalar.of(1)));
        var lines = answers.gt(0f).toType(DataType.FLOAT32, false).sum();
        return logits.logSoftmax(axis).mul(wanted).sum().neg().div(lines);
    }
}
