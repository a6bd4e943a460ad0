package org.sola.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sola.sam2.FrameFeatures;
import org.sola.sam2.ImageInput;
import org.sola.sam2.PromptEncoder;
import org.sola.sam2.Sam2Image;
import org.sola.sam2.Sam2ImagePredictor;
import org.sola.sam2.SamHead;

/** Prompts on one image: prompt encoder, mask decoder, choice of masks, the image predictor and the video head. */
final class Sam2ImageRunner implements ParityRunner {
    private final Path modelConfigs;

    Sam2ImageRunner(Path modelConfigs) {
        this.modelConfigs = modelConfigs;
    }

    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.model().equals("sam2")
                && parityCase.has("out.dense_pe")
                && parityCase.json().path("prompts").isObject();
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var config = Sam2Cases.config(parityCase, modelConfigs);
            var weights = parityCase.weights(manager);
            var model = Sam2Image.of(config, weights);
            var head = SamHead.forPoints(model, weights);
            weights.requireAllUsed();
            var frame = FrameRule.frame(parityCase.json().path("frame_rule_constants"), 0);
            var features = model.imageEncoder().forward(ImageInput.normalised(manager, frame));
            try (var predictor = Sam2ImagePredictor.of(model)) {
                var run = new Run(parityCase, checks, manager, model, features, predictor);
                checks.tensor("out.dense_pe", model.promptEncoder().densePositions());
                for (var prompt : parityCase.json().path("prompts").properties()) {
                    try (var promptScope = new NDScope()) {
                        promptScope.suppressNotUsedWarning();
                        run.prompt(prompt.getKey(), prompt.getValue());
                    }
                }
                for (var tensor : parityCase.tensorNames("out.head_")) {
                    if (tensor.endsWith(".low")) {
                        String name = tensor.substring("out.head_".length(), tensor.length() - ".low".length());
                        run.head(head, name);
                    }
                }
            }
        }
    }

    private record Run(
            ParityCase parityCase,
            Checks checks,
            NDManager manager,
            Sam2Image model,
            FrameFeatures features,
            Sam2ImagePredictor predictor) {
        /** Everything the case stores of one prompt. */
        void prompt(String name, JsonNode prompt) throws IOException {
            String out = "out." + name + ".";
            var shape = parityCase.about(out + "masks").path("full_shape");
            int height = shape.get(2).asInt();
            int width = shape.get(3).asInt();
            predictor.setFeatures(features, height, width);
            var encoder = model.promptEncoder();
            var corners = corners(prompt, height, width);
            var sparse =
                    corners.isEmpty() ? encoder.noPoints(1) : encoder.points(coordinates(corners), labels(corners));
            String maskInput = prompt.path("mask_input").asText("null");
            Optional<NDArray> logits =
                    maskInput.equals("null") ? Optional.empty() : Optional.of(parityCase.array(manager, maskInput));
            var dense = logits.map(encoder::mask).orElseGet(encoder::noMask);
            check(out + "sparse", sparse);
            check(out + "dense", dense);

            var decoded = model.decode(features, sparse, dense);
            check(out + "all_masks", decoded.masks());
            check(out + "all_ious", decoded.ious());
            check(out + "mask_tokens", decoded.maskTokens());
            check(out + "object_score", decoded.objectScore());

            var predicted = predictor.predict(
                    sparse, logits, prompt.path("multimask_output").asBoolean());
            check(out + "ious", predicted.ious());
            check(out + "masks", predicted.logits());
        }

        /** The video predictor's head on a prompt that the case names. */
        void head(SamHead head, String name) throws IOException {
            var prompt = parityCase.json().path("prompts").path(name);
            var shape = parityCase.about("out." + name + ".masks").path("full_shape");
            var corners = corners(prompt, shape.get(2).asInt(), shape.get(3).asInt());
            var answer = head.prompt(
                    features, model.embedding(features), coordinates(corners), labels(corners), Optional.empty());
            check("out.head_" + name + ".low", answer.lowRes());
            check("out.head_" + name + ".ptr", answer.pointer());
            check("out.head_" + name + ".obj", answer.score());
        }

        private void check(String tensor, NDArray got) throws IOException {
            if (parityCase.has(tensor)) {
                checks.tensor(tensor, got);
            }
        }

        /** x, y (network pixels) and label of each point, per object: a box's corners, then the clicks. */
        private List<List<float[]>> corners(JsonNode prompt, int height, int width) {
            float size = model.config().imageSize();
            var objects = new ArrayList<List<float[]>>();
            var boxes = prompt.path("box");
            var clicks = prompt.path("point_coords");
            for (int i = 0; i < Math.max(boxes.size(), clicks.size()); i++) {
                var corners = new ArrayList<float[]>();
                var box = boxes.path(i);
                for (int corner = 0; corner < box.size() / 2; corner++) {
                    float label = corner == 0 ? PromptEncoder.TOP_LEFT : PromptEncoder.BOTTOM_RIGHT;
                    corners.add(
                            place(box.get(2 * corner), box.get(2 * corner + 1), label, size / width, size / height));
                }
                for (int j = 0; j < clicks.path(i).size(); j++) {
                    var click = clicks.get(i).get(j);
                    float label = prompt.path("point_labels").get(i).get(j).asInt();
                    corners.add(place(click.get(0), click.get(1), label, size / width, size / height));
                }
                objects.add(corners);
            }
            return objects;
        }

        private static float[] place(JsonNode x, JsonNode y, float label, float scaleX, float scaleY) {
            return new float[] {(float) (x.asDouble() * scaleX), (float) (y.asDouble() * scaleY), label};
        }

        private NDArray coordinates(List<List<float[]>> objects) {
            int n = objects.get(0).size();
            var values = new float[objects.size() * n * 2];
            for (int i = 0; i < objects.size() * n; i++) {
                var corner = objects.get(i / n).get(i % n);
                values[2 * i] = corner[0];
                values[2 * i + 1] = corner[1];
            }
            return manager.create(values, new Shape(objects.size(), n, 2));
        }

        private NDArray labels(List<List<float[]>> objects) {
            int n = objects.get(0).size();
            var values = new float[objects.size() * n];
            for (int i = 0; i < values.length; i++) {
                values[i] = objects.get(i / n).get(i % n)[2];
            }
            return manager.create(values, new Shape(objects.size(), n));
        }
    }
}
