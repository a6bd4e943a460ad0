package org.sola.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.sola.alphaclip.AlphaClip;
import org.sola.alphaclip.AlphaClipConfig;
import org.sola.tensor.EngineMemory;

/** Alpha-CLIP on normalised images, masks and piece numbers, part by part. */
final class AlphaClipRunner implements ParityRunner {
    private static final String IDS = "in.ids";
    private static final String MASK = "in.mask";
    private static final float ALPHA_MEAN = 0.5f;
    private static final float ALPHA_DEVIATION = 0.26f;

    private final Path modelConfigs;

    AlphaClipRunner(Path modelConfigs) {
        this.modelConfigs = modelConfigs;
    }

    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.has(IDS) && parityCase.has(MASK) && parityCase.has("out.image_features");
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var config = AlphaClipConfig.read(modelConfigs.resolve("alpha-clip-" + parityCase.title() + ".yaml"));
            var weights = parityCase.weights(manager);
            var network = AlphaClip.of(config, weights);
            weights.requireAllUsed(AlphaClip::isUnread);
            var patches = network.imagePatches(image(parityCase, manager));
            var alphas = alphas(parityCase, manager);
            maps(checks, parityCase, config, "conv1", patches);
            maps(checks, parityCase, config, "conv1_alpha", network.alphaPatches(alphas));
            var images = network.encodeImages(patches, alphas, (part, x) -> check(checks, parityCase, part, x));
            long[][] ids = Numbers.rows(parityCase, IDS);
            var texts = network.encodeTexts(manager, ids, ends(ids), (part, x) -> check(checks, parityCase, part, x));
            check(checks, parityCase, "cosine", AlphaClip.alignment(images, texts));
        }
    }

    /** The end of a text is the first of the largest numbers in its row. */
    private static int[] ends(long[][] ids) {
        var ends = new int[ids.length];
        for (int k = 0; k < ends.length; k++) {
            for (int w = 1; w < ids[k].length; w++) {
                ends[k] = ids[k][w] > ids[k][ends[k]] ? w : ends[k];
            }
        }
        return ends;
    }

    /** Patches as rows are compared as the convolution's map. */
    private static void maps(
            Checks checks, ParityCase parityCase, AlphaClipConfig config, String part, NDArray patches) {
        int side = config.vision().side();
        long images = patches.getShape().get(0);
        check(checks, parityCase, part, patches.transpose(0, 2, 1).reshape(images, -1, side, side));
    }

    private static NDArray alphas(ParityCase parityCase, NDManager manager) throws IOException {
        float[] mask = parityCase.values(MASK);
        var values = new float[mask.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (mask[i] - ALPHA_MEAN) / ALPHA_DEVIATION;
        }
        return EngineMemory.of(manager, values, new Shape(parityCase.shape(MASK)));
    }

    private static NDArray image(ParityCase parityCase, NDManager manager) {
        var about = parityCase.about("in.image");
        var shape = new long[about.path("shape").size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = about.path("shape").get(i).asLong();
        }
        var formula = about.path("formula");
        return parityCase.formula(
                manager,
                formula.path("name").asText(),
                formula.path("offset").asDouble(),
                formula.path("scale").asDouble(),
                shape);
    }

    private static void check(Checks checks, ParityCase parityCase, String part, NDArray got) {
        String tensor = "out." + part;
        if (parityCase.has(tensor)) {
            try {
                checks.tensor(tensor, got);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
