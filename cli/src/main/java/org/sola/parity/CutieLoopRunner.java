package org.sola.parity;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.sola.cutie.Cutie;
import org.sola.cutie.CutieSession;
import org.sola.cutie.CutieSettings;
import org.sola.cutie.ObjectMask;
import org.sola.cutie.Segmentation;

/** Cutie over whole videos: what is memorised, condensed and dropped when, and every answer. */
final class CutieLoopRunner implements ParityRunner {
    private static final int SLACK_PIXELS = 3;
    private static final int FRAMES_CHECK_STEP = 40;

    @Override
    public boolean accepts(ParityCase parityCase) {
        var runs = parityCase.json().path("runs");
        return parityCase.model().equals("cutie") && runs.isObject() && !runs.isEmpty();
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var weights = parityCase.weights(manager);
            var cutie = Cutie.of(CutieCases.config(parityCase), weights);
            weights.requireAllUsed(Cutie::ignores);
            for (var entry : parityCase.json().path("runs").properties()) {
                try (var scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    new Run(parityCase, checks, entry.getKey(), entry.getValue()).follow(cutie, manager);
                }
            }
        }
    }

    private static CutieSettings settings(JsonNode json) {
        var longTerm = json.path("long_term");
        int inner = json.path("max_internal_size").asInt(-1);
        return new CutieSettings(
                Math.max(0, inner),
                true,
                json.path("flip_aug").asBoolean(),
                json.path("top_k").asInt(),
                json.path("mem_every").asInt(),
                json.path("stagger_updates").asInt(),
                json.path("max_mem_frames").asInt(5),
                json.path("use_long_term").asBoolean(),
                longTerm.isMissingNode()
                        ? CutieSettings.LongTerm.official()
                        : new CutieSettings.LongTerm(
                                longTerm.path("max_mem_frames").asInt(),
                                longTerm.path("min_mem_frames").asInt(),
                                longTerm.path("num_prototypes").asInt(),
                                longTerm.path("max_num_tokens").asInt(),
                                longTerm.path("buffer_tokens").asInt()),
                true);
    }

    /** One video of the case. */
    private record Run(ParityCase parityCase, Checks checks, String name, JsonNode json) {
        void follow(Cutie cutie, NDManager manager) throws IOException {
            var told = json.path("frames");
            var frames = CutieCases.frames(
                    parityCase,
                    manager,
                    told.path("coarse").asText() + told.path("fine").asText(),
                    told.path("crop").asText(),
                    told.path("T").asInt());
            CutieCases.checkFrames(parityCase, checks, "in." + name + ".frames_check", frames, FRAMES_CHECK_STEP);
            var size = frames.get(0).getShape();
            try (var session = cutie.open(settings(json.path("settings")), (int) size.get(2), (int) size.get(3))) {
                int i = 0;
                for (var step : json.path("steps")) {
                    try (var scope = new NDScope()) {
                        scope.suppressNotUsedWarning();
                        var frame = frames.get(step.path("frame").asInt());
                        check(session, session.encodeUnit(frame), step, i++);
                    }
                }
            }
        }

        private void check(CutieSession session, org.sola.cutie.CutieFeatures frame, JsonNode step, int index)
                throws IOException {
            step.path("delete").forEach(id -> session.delete(id.asInt()));
            var given = step.has("mask")
                    ? CutieCases.masks(
                            parityCase,
                            "in." + name + ".mask_" + step.path("mask").asText(),
                            step.path("objects"))
                    : List.<ObjectMask>of();
            var answer = session.step(frame, given, step.path("end").asBoolean());
            checkShares("out." + name + ".prob_" + index, answer);
            String at = name + ".step_" + index;
            var state = session.state();
            checks.fact(at + ".ti", state.time() == step.path("ti").asInt());
            checks.fact(
                    at + ".memorised",
                    (state.lastMemory() == state.time())
                            == step.path("memorised").asBoolean());
            checkBuckets(at, state, step);
            var areas = CutieCases.areas(answer.masks());
            for (var entry : step.path("mask_pixels").properties()) {
                int id = Integer.parseInt(entry.getKey());
                if (id != 0) {
                    checks.number(
                            at + ".mask_pixels." + id,
                            areas.getOrDefault(id, -1L),
                            entry.getValue().asLong(),
                            SLACK_PIXELS);
                }
            }
            if (step.path("clear").asBoolean()) {
                session.clear();
            }
        }

        private void checkBuckets(String at, CutieSession.State state, JsonNode step) {
            boolean holds = state.buckets().size() == step.path("buckets").size();
            for (var entry : state.buckets().entrySet()) {
                String id = entry.getKey().toString();
                var bucket = entry.getValue();
                var objects = new ArrayList<Integer>();
                step.path("buckets").path(id).forEach(object -> objects.add(object.asInt()));
                holds &= bucket.objects().equals(objects)
                        && bucket.permanent()
                                == step.path("work_permanent").path(id).asLong()
                        && bucket.temporary()
                                == step.path("work_temporary").path(id).asLong()
                        && bucket.longTerm() == step.path("long_term").path(id).asLong(0);
            }
            checks.fact(at + ".memory", holds);
        }

        private void checkShares(String tensor, Segmentation answer) throws IOException {
            float[] want = parityCase.values(tensor);
            long[] shape = {1L + answer.objects().size(), answer.height(), answer.width()};
            int[] places = StoredSlice.places(json.path("stored").asText(), shape);
            double allowed = json.path("atol").asDouble();
            double worst = places.length == want.length ? 0 : Checks.WRONG;
            for (int i = 0; i < want.length && worst < Checks.WRONG; i++) {
                double error = Math.abs((double) answer.shares()[places[i]] - want[i]) / allowed;
                worst = Math.max(worst, Double.isNaN(error) ? Checks.WRONG : error);
            }
            checks.record(tensor, worst);
        }
    }
}
