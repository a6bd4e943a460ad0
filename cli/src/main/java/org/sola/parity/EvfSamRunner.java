package org.sola.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.sola.evfsam.EvfSam;
import org.sola.evfsam.EvfSamConfig;
import org.sola.evfsam.ExpressionPrompter;
import org.sola.evfsam.FrameSize;
import org.sola.evfsam.SamImageEncoder;
import org.sola.evfsam.SamMaskDecoder;
import org.sola.evfsam.SamVisualModel;
import org.sola.layer.Observer;

/**
 * EVF-SAM on normalised inputs and word pieces. Its 1.3 billion parameters are made a part at a time, so that no more than
 * half of them are in memory at once.
 */
final class EvfSamRunner implements ParityRunner {
    /** The frame that the case's images stand for. */
    private static final int HEIGHT = 270;

    private static final int WIDTH = 480;

    private final Path modelConfigs;

    EvfSamRunner(Path modelConfigs) {
        this.modelConfigs = modelConfigs;
    }

    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.has("out.prompt_0") && parityCase.has("out.sam_embed");
    }

    EvfSamConfig config(ParityCase parityCase) {
        return EvfSamConfig.read(modelConfigs.resolve("evf-sam-" + parityCase.title() + ".yaml"));
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        var config = config(parityCase);
        var unread = new TreeSet<String>();
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            unread.addAll(parityCase.weights(manager).names());
        }
        unread.removeIf(EvfSam::isIgnored);
        float[] prompt = prompts(parityCase, config, checks, unread);
        decode(parityCase, config, checks, unread, "formula", prompt, formulaEmbedding(parityCase, config));
        float[] embedding = embedding(parityCase, config, checks, unread);
        decode(parityCase, config, checks, unread, "chain", prompt, embedding);
        checks.fact("every parameter is read: " + unread, unread.isEmpty());
    }

    /** One layer of each network alone, and the decoder on the prompt that the case expects: seconds, not minutes. */
    void runFirstLayers(ParityCase parityCase, Checks checks) throws IOException {
        var config = config(parityCase);
        var fusion = config.fusion();
        var sam = config.sam().orElseThrow();
        var small = new EvfSamConfig(
                config.name(),
                new EvfSamConfig.Fusion(
                        fusion.imageSize(),
                        fusion.patch(),
                        fusion.vocabulary(),
                        fusion.textPositions(),
                        fusion.width(),
                        1,
                        fusion.heads(),
                        fusion.feedForward()),
                new EvfSamConfig.Sam(
                        sam.imageSize(),
                        sam.patch(),
                        sam.width(),
                        1,
                        sam.heads(),
                        sam.window(),
                        List.of(),
                        sam.hiddenDim(),
                        sam.decoderLayers(),
                        sam.decoderHeads(),
                        sam.decoderMlp()));
        var unread = new TreeSet<String>();
        fuse(parityCase, small, unread, (part, x) -> {
            if (part.equals("embeddings") || part.equals("beit_layer_0")) {
                check(checks, parityCase, part.equals("embeddings") ? "embeddings_0" : part, x);
            }
        });
        encode(parityCase, small, unread, (part, x) -> {
            if (part.equals("sam_embed") || part.equals("sam_block_0")) {
                check(checks, parityCase, part, x);
            }
        });
        float[] prompt = parityCase.values("out.prompt_0");
        decode(parityCase, config, checks, unread, "formula", prompt, formulaEmbedding(parityCase, config));
    }

    /** Every layer of the first expression, the class token of the second, and both prompts in one padded batch. */
    private static float[] prompts(ParityCase parityCase, EvfSamConfig config, Checks checks, TreeSet<String> unread)
            throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var weights = parityCase.weights(manager);
            var prompter = ExpressionPrompter.of(config, weights);
            unread.removeAll(weights.used().keySet());
            var image = prompter.embedImage(fusionImage(parityCase, config, manager));
            long[] first = Numbers.rows(parityCase, "in.input_ids_0")[0];
            long[] second = Numbers.rows(parityCase, "in.input_ids_1")[0];
            var prompt = prompter.forward(image, List.of(first), (part, x) -> {
                boolean isOfExpression =
                        List.of("embeddings", "encoder_out", "cls").contains(part);
                check(checks, parityCase, isOfExpression ? part + "_0" : part, x);
            });
            check(checks, parityCase, "prompt_0", prompt);
            prompter.forward(image, List.of(second), (part, x) -> {
                if (part.equals("cls")) {
                    check(checks, parityCase, "cls_1", x);
                }
            });
            var both = prompter.forward(image, List.of(first, second));
            check(checks, parityCase, "prompt_0", both.get("0:1"));
            check(checks, parityCase, "prompt_1", both.get("1:2"));
            return prompt.toFloatArray();
        }
    }

    private static void fuse(ParityCase parityCase, EvfSamConfig config, TreeSet<String> unread, Observer observer)
            throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var weights = parityCase.weights(manager);
            var prompter = ExpressionPrompter.of(config, weights);
            unread.removeAll(weights.used().keySet());
            var image = prompter.embedImage(fusionImage(parityCase, config, manager));
            prompter.forward(image, List.of(Numbers.rows(parityCase, "in.input_ids_0")[0]), observer);
        }
    }

    private static NDArray fusionImage(ParityCase parityCase, EvfSamConfig config, NDManager manager) {
        int side = config.fusion().imageSize();
        return parityCase.formula(manager, "in.images_evf", 0, 1, 1, 3, side, side);
    }

    private static float[] embedding(ParityCase parityCase, EvfSamConfig config, Checks checks, TreeSet<String> unread)
            throws IOException {
        return encode(parityCase, config, unread, (part, x) -> check(checks, parityCase, part, x));
    }

    private static float[] encode(ParityCase parityCase, EvfSamConfig config, TreeSet<String> unread, Observer observer)
            throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var sam = config.sam().orElseThrow();
            int side = sam.imageSize();
            var weights = parityCase.weights(manager);
            var encoder = SamImageEncoder.of(sam, weights.at("visual_model.image_encoder"));
            unread.removeAll(weights.used().keySet());
            var image = parityCase.formula(manager, "in.images", 0, 1.7, 1, 3, side, side);
            int shown = FrameSize.of(HEIGHT, WIDTH, side).inputHeight();
            image.set(new ai.djl.ndarray.index.NDIndex(":, :, " + shown + ":"), 0);
            return encoder.forward(image, observer).toFloatArray();
        }
    }

    private static float[] formulaEmbedding(ParityCase parityCase, EvfSamConfig config) {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            int side = config.sam().orElseThrow().featureSize();
            int c = config.sam().orElseThrow().hiddenDim();
            return parityCase
                    .formula(manager, "in.image_embedding", 0, 1.2, 1, c, side, side)
                    .toFloatArray();
        }
    }

    private static void decode(
            ParityCase parityCase,
            EvfSamConfig config,
            Checks checks,
            TreeSet<String> unread,
            String name,
            float[] prompt,
            float[] embedding)
            throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var sam = config.sam().orElseThrow();
            int side = sam.featureSize();
            var weights = parityCase.weights(manager);
            var decoder = SamMaskDecoder.of(sam, weights.at("visual_model"));
            unread.removeAll(weights.used().keySet());
            check(checks, parityCase, "image_pe", decoder.positions());
            var said = decoder.forward(
                    manager.create(embedding, new Shape(1, sam.hiddenDim(), side, side)),
                    manager.create(prompt, new Shape(1, 1, sam.hiddenDim())));
            check(checks, parityCase, name + "_low_res_masks", said.masks());
            check(checks, parityCase, name + "_iou", said.ious());
            var single = said.masks().get(":, 0:1");
            var size = FrameSize.of(HEIGHT, WIDTH, sam.imageSize());
            check(checks, parityCase, name + "_mask_logits", SamVisualModel.toFrame(single, sam.imageSize(), size));
        }
    }

    private static void check(Checks checks, ParityCase parityCase, String part, NDArray got) {
        String tensor = "out." + part;
        if (!parityCase.has(tensor)) {
            return;
        }
        try {
            checks.tensor(tensor, got);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
