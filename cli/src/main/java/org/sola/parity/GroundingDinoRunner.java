package org.sola.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.sola.groundingdino.Detection;
import org.sola.groundingdino.DetectionRule;
import org.sola.groundingdino.GroundingDino;
import org.sola.groundingdino.GroundingDinoConfig;
import org.sola.groundingdino.ImageMemory;
import org.sola.groundingdino.TextBlocks;

/** Grounding DINO on a normalised image and a caption's piece numbers, part by part, and the rules on the text side. */
final class GroundingDinoRunner implements ParityRunner {
    private static final String IDS = "in.ids";

    private final Path modelConfigs;

    GroundingDinoRunner(Path modelConfigs) {
        this.modelConfigs = modelConfigs;
    }

    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.has(IDS) && parityCase.has("out.pred_boxes") && parityCase.has("out.memory_text");
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        for (String ids : parityCase.tensorNames(IDS)) {
            blocks(parityCase, checks, ids.substring(IDS.length()));
        }
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var config =
                    GroundingDinoConfig.read(modelConfigs.resolve("groundingdino-" + parityCase.title() + ".yaml"));
            var weights = parityCase.weights(manager);
            var network = GroundingDino.of(config, weights);
            weights.requireAllUsed(GroundingDino::isIgnored);
            try (var text = network.encodeText(
                            manager,
                            Numbers.rows(parityCase, IDS)[0],
                            (part, x) -> check(checks, parityCase, part, x));
                    var image = network.encodeImage(
                            image(parityCase, manager), (part, x) -> check(checks, parityCase, part, x))) {
                check(checks, parityCase, "enc_reference_points", referencePoints(manager, image));
                try (var output = network.detect(image, text, (part, x) -> check(checks, parityCase, part, x))) {
                    detections(parityCase, checks, output);
                }
            }
        }
    }

    /** Positions and masks of captions, by their piece numbers alone. */
    private static void blocks(ParityCase parityCase, Checks checks, String caption) throws IOException {
        long[][] ids = Numbers.rows(parityCase, IDS + caption);
        int width = ids[0].length;
        var positions = new long[ids.length][];
        var sees = new float[ids.length * width * width];
        for (int b = 0; b < ids.length; b++) {
            var blocks = TextBlocks.of(ids[b]);
            positions[b] = blocks.positions();
            for (int i = 0; i < width * width; i++) {
                sees[b * width * width + i] = blocks.sees()[i / width][i % width] ? 1 : 0;
            }
        }
        checks.tensor("out.position_ids" + caption, Numbers.flat(positions), ids.length, width);
        checks.tensor("out.self_attention_mask" + caption, sees, ids.length, width, width);
    }

    private static NDArray image(ParityCase parityCase, NDManager manager) {
        var about = parityCase.about("in.image");
        var shape = new long[4];
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

    /** The case repeats a cell's centre for every level. */
    private static NDArray referencePoints(NDManager manager, ImageMemory image) {
        var levels = image.levels();
        return manager.create(levels.centres(), new Shape(levels.rows(), 1, 2)).repeat(1, levels.count());
    }

    private static void detections(ParityCase parityCase, Checks checks, GroundingDino.Output output)
            throws IOException {
        var after = parityCase.json().path("postprocessing");
        var original = after.path("original_image");
        var rule = new DetectionRule(
                after.path("box_threshold").asDouble(),
                after.path("text_threshold").asDouble());
        var found = rule.apply(
                output, original.path("height").asInt(), original.path("width").asInt());
        int n = found.size();
        checks.tensor("out.det_queries", flat(found, d -> List.of((float) d.query())), n);
        checks.tensor("out.det_scores", flat(found, d -> List.of(d.score())), n);
        checks.tensor("out.det_boxes_xyxy", flat(found, Detection::boxXyxy), n, 4);
        int pieces = (int) output.logits().getShape().get(1);
        checks.tensor("out.det_token_scores", flat(found, Detection::tokenScores), n, pieces);
        checks.tensor(
                "out.det_token_mask",
                flat(found, d -> IntStream.range(0, pieces)
                        .mapToObj(t -> d.phrase().contains(t) ? 1f : 0f)
                        .toList()),
                n,
                pieces);
    }

    @FunctionalInterface
    private interface Row {
        List<Float> of(Detection detection);
    }

    private static float[] flat(List<Detection> found, Row row) {
        var values = new ArrayList<Float>();
        found.forEach(detection -> values.addAll(row.of(detection)));
        var flat = new float[values.size()];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = values.get(i);
        }
        return flat;
    }

    /** Compares a part under the case's shape, which has an axis for the batch. */
    private static void check(Checks checks, ParityCase parityCase, String part, NDArray got) {
        String tensor = "out." + part;
        if (!parityCase.has(tensor)) {
            return;
        }
        try {
            var full = parityCase.about(tensor).path("full_shape");
            var shape = got.getShape().getShape();
            if (full.isArray()) {
                shape = new long[full.size()];
                for (int i = 0; i < shape.length; i++) {
                    shape[i] = full.get(i).asLong();
                }
            }
            checks.tensor(tensor, got.reshape(new Shape(shape)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
