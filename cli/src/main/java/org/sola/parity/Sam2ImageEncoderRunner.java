package org.sola.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.io.IOException;
import java.nio.file.Path;
import org.sola.sam2.ImageEncoder;
import org.sola.sam2.ImageInput;
import org.sola.sam2.SinePosition;

/** The image encoder alone, on a frame of the integer rule: patches, positions, blocks, stages and features. */
final class Sam2ImageEncoderRunner implements ParityRunner {
    private final Path modelConfigs;

    Sam2ImageEncoderRunner(Path modelConfigs) {
        this.modelConfigs = modelConfigs;
    }

    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.has("out.stage_4") && parityCase.has("out.feat_s2");
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var config = Sam2Cases.config(parityCase, modelConfigs);
            var weights = parityCase.weights(manager);
            var encoder = ImageEncoder.of(config, weights);
            var noMemEmbed = weights.get("no_mem_embed", 1, 1, config.hiddenDim());
            weights.requireAllUsed();
            var frame = FrameRule.frame(parityCase.json().path("frame_rule_constants"), 0);
            var image = ImageInput.normalised(manager, frame);

            check(checks, parityCase, "out.patch_embed", encoder.trunk().patchEmbed(image));
            check(checks, parityCase, "out.pos_embed", encoder.trunk().positionEmbedding());
            var stages = encoder.trunk().forward(image, (map, block) -> {
                try {
                    check(checks, parityCase, "out.block_" + block, map);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            for (int i = 0; i < stages.size(); i++) {
                check(checks, parityCase, "out.stage_" + (i + 1), stages.get(i).transpose(0, 3, 1, 2));
            }
            var features = encoder.neck(stages);
            check(checks, parityCase, "out.feat_s0", features.s0());
            check(checks, parityCase, "out.feat_s1", features.s1());
            check(checks, parityCase, "out.feat_s2", features.s2());
            check(checks, parityCase, "out.image_embed", features.s2().add(noMemEmbed.reshape(1, -1, 1, 1)));
            int size = config.featureSize();
            check(checks, parityCase, "out.pos_s2", SinePosition.of(manager, config.hiddenDim(), size, size));
        }
    }

    private static void check(Checks checks, ParityCase parityCase, String tensor, NDArray got) throws IOException {
        if (parityCase.has(tensor)) {
            checks.tensor(tensor, got);
        }
    }
}
