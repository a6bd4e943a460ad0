package org.sola.train.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.sola.layer.Mlp;
import org.sola.sam2.FrameFeatures;
import org.sola.sam2.Sam2Config;
import org.sola.sam2.Sam2Image;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Scalar;
import org.sola.tensor.Weights;

/** Prompts on single images: the first of SAM 2's own two stages, and the stage of tokens with a kept encoder. */
final class ImageStage {
    private final Sam2Image model;
    private final Mlp objPtrProj;
    private final DenseInstances dense;
    private final TokenLessons lessons;

    private ImageStage(Sam2Image model, Mlp objPtrProj, DenseInstances dense, TokenLessons lessons) {
        this.model = model;
        this.objPtrProj = objPtrProj;
        this.dense = dense;
        this.lessons = lessons;
    }

    static ImageStage of(Sam2Config config, Weights weights) {
        int c = config.hiddenDim();
        return new ImageStage(
                Sam2Image.of(config, weights),
                Mlp.relu(weights.at("obj_ptr_proj"), c, c, c, 3),
                DenseInstances.of(config, weights.at(Sam2Training.AUXILIARY).at("dense")),
                TokenLessons.of(config, weights));
    }

    /** The loss of a batch; {@code denseWeight} fades the dense supervision out. */
    StepResult forward(ImageBatch batch, double denseWeight, NDManager manager) {
        return forward(batch, model.imageEncoder().forward(batch.images(manager)), denseWeight, true, manager);
    }

    /** The same with an encoder that stays as it is: many prompts cost little, and tokens learn to read its features. */
    StepResult forwardFrozen(ImageBatch batch, NDManager manager) {
        var features = model.imageEncoder().forward(batch.images(manager));
        var fixed = new FrameFeatures(
                features.s0().stopGradient(),
                features.s1().stopGradient(),
                features.s2().stopGradient());
        return forward(batch, fixed, 0, false, manager);
    }

    private StepResult forward(
            ImageBatch batch, FrameFeatures features, double denseWeight, boolean teachesEncoder, NDManager manager) {
        var sparse = model.promptEncoder().points(batch.points(manager), batch.labels(manager));
        var output = model.decode(features, sparse, model.promptEncoder().noMask());
        var target = batch.targets(manager);
        var prompted = batch.prompted(manager);
        var maskLoss = PromptLoss.of(output, target, prompted, batch.kind() == PromptSampler.Kind.CLICK);

        // object tokens of the prompts that mean an object, in order
        var rows = new long[batch.objects().size()];
        for (int i = 0, n = 0; i < batch.promptCount(); i++) {
            if (batch.prompted()[i] > 0) {
                rows[n++] = i;
            }
        }
        var loss = maskLoss.loss();
        var accuracy = manager.create(0f);
        if (rows.length > 0) {
            var meant = EngineMemory.of(manager, rows);
            var tokens = objPtrProj.forward(maskLoss.bestTokens().get(meant));
            var truth = TokenProbe.Truth.of(manager, batch.objects(), batch.boxes(), batch.size());
            var result = lessons.forward(tokens, features, target, meant, truth, teachesEncoder);
            loss = loss.add(result.loss());
            accuracy = result.kindAccuracy();
        }
        if (denseWeight > 0) {
            var logits = dense.logits(features, EngineMemory.of(manager, toLong(batch.clicks())));
            var perPrompt = MaskLosses.focal(logits, target).mul(Scalar.of(20)).add(MaskLosses.dice(logits, target));
            var weight = EngineMemory.of(manager, new float[] {(float) denseWeight}, new Shape());
            loss = loss.add(mean(perPrompt, prompted).mul(weight));
        }
        return new StepResult(loss, maskLoss.bestIou(), maskLoss.singleIou(), accuracy);
    }

    private static NDArray mean(NDArray perPrompt, NDArray prompted) {
        return perPrompt.mul(prompted).sum().div(prompted.sum().maximum(Scalar.of(1)));
    }

    private static long[] toLong(int[] values) {
        return java.util.Arrays.stream(values).asLongStream().toArray();
    }
}
