package org.sola.train.sam2;

import ai.djl.ndarray.NDManager;
import org.sola.sam2.ImageEncoder;
import org.sola.sam2.Sam2Config;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Weights;

/** The stage before SAM 2's own: the encoder alone learns to tell what things are, from the features under their masks. */
final class KindStage {
    private final ImageEncoder encoder;
    private final PooledKinds pooled;

    private KindStage(ImageEncoder encoder, PooledKinds pooled) {
        this.encoder = encoder;
        this.pooled = pooled;
    }

    static KindStage of(Sam2Config config, Weights weights) {
        return new KindStage(
                ImageEncoder.of(config, weights),
                PooledKinds.of(config, weights.at(Sam2Training.AUXILIARY).at("pooled")));
    }

    /** The loss of a batch of images; there are no masks yet whose IoU could be told. */
    StepResult forward(KindBatch batch, NDManager manager) {
        var features = encoder.forward(batch.images(manager));
        var truth = TokenProbe.Truth.of(manager, batch.objects(), batch.boxes(), batch.size());
        var rows = EngineMemory.of(manager, batch.rows());
        var result = pooled.forward(pooled.contents(features, batch.targets(manager), rows), truth);
        var none = manager.create(0f);
        return new StepResult(result.loss(), none, none, result.kindAccuracy());
    }
}
