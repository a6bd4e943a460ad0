package org.sola.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.sola.sam2.NativeMasks;
import org.sola.sam2.Sam2;
import org.sola.sam2.Sam2Config;
import org.sola.sam2.Sam2Video;
import org.sola.sam2.Sam2VideoPredictor;
import org.sola.sam2.TrackingWatcher;
import org.sola.sam2.VideoSession;

/**
 * The video predictor: prompts, corrections and propagation as the case tells them, then every object's masks, pointers,
 * scores and memories on every frame.
 */
final class Sam2VideoRunner implements ParityRunner {
    private final Path modelConfigs;

    Sam2VideoRunner(Path modelConfigs) {
        this.modelConfigs = modelConfigs;
    }

    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.model().equals("sam2")
                && parityCase.json().has("video")
                && parityCase.tensorNames("out.").stream().anyMatch(name -> name.endsWith(".low_res"));
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var weights = parityCase.weights(manager);
            boolean hasEncoder = weights.has("image_encoder.neck.convs.0.conv.weight");
            var config = Sam2VideoCases.config(parityCase, modelConfigs);
            if (hasEncoder) {
                var model = Sam2.of(config, weights);
                weights.requireAllUsed();
                try (var frames = Sam2VideoCases.encodedFrames(parityCase, manager, model)) {
                    var run = new Run(parityCase, checks, config, model.video());
                    run.follow(frames, manager);
                }
            } else {
                var video = Sam2Video.of(config, weights);
                weights.requireAllUsed(
                        "sam_mask_decoder.conv_s0.weight",
                        "sam_mask_decoder.conv_s0.bias",
                        "sam_mask_decoder.conv_s1.weight",
                        "sam_mask_decoder.conv_s1.bias");
                new Run(parityCase, checks, config, video)
                        .follow(new FormulaFeatures(parityCase, manager, config), manager);
            }
        }
    }

    /** One case while it runs. */
    private static final class Run {
        private final ParityCase parityCase;
        private final Checks checks;
        private final Sam2Config config;
        private final Sam2Video video;
        private final List<Integer> emitted = new ArrayList<>();
        private final List<Conditioned> conditioned = new ArrayList<>();

        /** Memory attention's output of one object on one frame. */
        private record Conditioned(int visit, long objectId, float[] features, Shape shape) {}

        Run(ParityCase parityCase, Checks checks, Sam2Config config, Sam2Video video) {
            this.parityCase = parityCase;
            this.checks = checks;
            this.config = config;
            this.video = video;
        }

        void follow(org.sola.sam2.FrameFeatureSource frames, NDManager manager) throws IOException {
            var size = parityCase.json().path("video");
            int height = size.path("height").asInt();
            int width = size.path("width").asInt();
            TrackingWatcher watcher = (objectId, frame, features) -> conditioned.add(
                    new Conditioned(emitted.size(), objectId, features.toFloatArray(), features.getShape()));
            var predictor = Sam2VideoPredictor.of(video, Sam2VideoCases.settings(parityCase));
            try (var session = predictor.open(frames, height, width, watcher)) {
                for (var step : VideoStep.of(parityCase)) {
                    step.take(session, frames.frameCount(), result -> emitted.add(result.frame()));
                    if (!step.stateName().isEmpty()) {
                        checkState(session, frames.frameCount(), step.stateName() + ".");
                        checkVideoResolution(session, frames.frameCount(), step.stateName() + ".", manager);
                    }
                }
                checkState(session, frames.frameCount(), "");
                checkVideoResolution(session, frames.frameCount(), "", manager);
                checkConditioned(session.objectIds());
            }
            var order = parityCase.json().path("frames_in_order");
            if (order.isArray()) {
                var expected = IntStream.range(0, order.size())
                        .mapToObj(i -> order.get(i).asInt())
                        .toList();
                checks.fact("frames_in_order", expected.equals(emitted));
            }
        }

        /** All objects' answers and memories under {@code out.[state.]object_N}. */
        private void checkState(VideoSession session, int frameCount, String state) throws IOException {
            for (long id : session.objectIds()) {
                String name = "out." + state + "object_" + id;
                if (!parityCase.has(name + ".low_res")) {
                    continue;
                }
                var answers = IntStream.range(0, frameCount)
                        .mapToObj(frame -> session.result(frame).objects().stream()
                                .filter(object -> object.objectId() == id)
                                .findFirst()
                                .orElseThrow(() ->
                                        new IllegalStateException("object " + id + " has no answer on frame " + frame)))
                        .toList();
                int lowRes = config.lowResSize();
                checks.tensor(
                        name + ".low_res",
                        joined(answers.stream().map(answer -> answer.logits()).toList()),
                        frameCount,
                        1,
                        lowRes,
                        lowRes);
                checks.tensor(
                        name + ".ptr",
                        joined(answers.stream().map(answer -> answer.pointer()).toList()),
                        frameCount,
                        config.hiddenDim());
                checks.tensor(
                        name + ".score",
                        joined(answers.stream()
                                .map(answer -> new float[] {answer.score()})
                                .toList()),
                        frameCount,
                        1);
                checkMemory(session, id, frameCount, name + ".memory");
                var stored = parityCase.json().path("stored_as").path(state + id);
                for (var entry : stored.properties()) {
                    boolean isConditioning = session.isConditioning(id, Integer.parseInt(entry.getKey()));
                    checks.fact(
                            name + ".stored_as." + entry.getKey(),
                            isConditioning == entry.getValue().asText().equals("cond"));
                }
            }
        }

        private void checkMemory(VideoSession session, long id, int frameCount, String name) throws IOException {
            if (!parityCase.has(name)) {
                return;
            }
            int side = config.featureSize();
            var maps = new ArrayList<float[]>();
            for (int frame = 0; frame < frameCount; frame++) {
                try (var scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    NDArray spatial = session.memory(id, frame).orElseThrow().spatial(); // (1, L, D)
                    maps.add(spatial.transpose(0, 2, 1).toFloatArray());
                }
            }
            checks.tensor(name, joined(maps), frameCount, config.memoryDim(), side, side);
        }

        private void checkVideoResolution(VideoSession session, int frameCount, String state, NDManager manager)
                throws IOException {
            String name = "out." + state + "video_res";
            if (!parityCase.has(name)) {
                return;
            }
            var size = parityCase.json().path("video");
            int height = size.path("height").asInt();
            int width = size.path("width").asInt();
            var maps = new ArrayList<float[]>();
            int objects = session.objectIds().size();
            int lowRes = config.lowResSize();
            for (int frame = 0; frame < frameCount; frame++) {
                try (var scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    var logits = joined(session.result(frame).objects().stream()
                            .map(answer -> answer.logits())
                            .toList());
                    var stacked = manager.create(logits, new Shape(objects, 1, lowRes, lowRes));
                    maps.add(NativeMasks.logits(stacked, height, width, false).toFloatArray());
                }
            }
            checks.tensor(name, joined(maps), frameCount, objects, 1, height, width);
        }

        /** Runs in the order of the reference: visit by visit, object by object; the case keeps a slice of each. */
        private void checkConditioned(List<Long> objectOrder) throws IOException {
            if (!parityCase.has("out.conditioned")) {
                return;
            }
            var byVisit = new LinkedHashMap<Integer, Map<Long, Conditioned>>();
            conditioned.forEach(run -> byVisit.computeIfAbsent(run.visit(), visit -> new LinkedHashMap<>())
                    .put(run.objectId(), run));
            String meaning = parityCase.about("out.conditioned").path("meaning").asText();
            String slice = "full" + meaning.substring(meaning.indexOf('['), meaning.indexOf(']') + 1);
            var kept = byVisit.values().stream()
                    .flatMap(runs -> objectOrder.stream().map(runs::get).flatMap(Stream::ofNullable))
                    .map(run -> taken(run, slice))
                    .toList();
            long[] stored = parityCase.shape("out.conditioned");
            stored[0] = kept.size();
            checks.tensor("out.conditioned", joined(kept), stored);
        }

        private static float[] taken(Conditioned run, String slice) {
            int[] places = StoredSlice.places(slice, run.shape().getShape());
            var values = new float[places.length];
            for (int i = 0; i < places.length; i++) {
                values[i] = run.features()[places[i]];
            }
            return values;
        }

        private static float[] joined(List<float[]> parts) {
            var all = new float[parts.stream().mapToInt(part -> part.length).sum()];
            int n = 0;
            for (var part : parts) {
                System.arraycopy(part, 0, all, n, part.length);
                n += part.length;
            }
            return all;
        }
    }
}
