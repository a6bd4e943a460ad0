package org.sola.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.sola.cutie.Cutie;
import org.sola.cutie.ObjectMask;

/** Cutie stage by stage: a frame is memorised with given masks, the next is read, drawn and memorised. */
final class CutieStagesRunner implements ParityRunner {
    private static final Pattern OBJECTS = Pattern.compile("Object order ([0-9, ]+)");

    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.has("out.pixel_readout") && parityCase.has("out.sensory_after_decoder");
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var weights = parityCase.weights(manager);
            var cutie = Cutie.of(CutieCases.config(parityCase), weights);
            weights.requireAllUsed(Cutie::ignores);
            var frames = CutieCases.frames(
                    parityCase,
                    manager,
                    parityCase.json().path("inputs").path("in.frames").asText(),
                    "none",
                    2);
            CutieCases.checkFrames(parityCase, checks, "in.frames_check", frames, 32);
            new Run(parityCase, checks, cutie, manager).follow(frames);
        }
    }

    /** The objects in the order in which the case says they came. */
    private static List<Integer> objects(ParityCase parityCase) throws IOException {
        var matcher = OBJECTS.matcher(parityCase.json().path("flow").asText());
        if (!matcher.find()) {
            throw new IOException(parityCase.name() + ": the flow says nothing of the order of objects");
        }
        var ids = new ArrayList<Integer>();
        for (String id : matcher.group(1).split(",")) {
            ids.add(Integer.parseInt(id.strip()));
        }
        return ids;
    }

    /** One case. */
    private record Run(ParityCase parityCase, Checks checks, Cutie cutie, NDManager manager) {
        void follow(List<NDArray> frames) throws IOException {
            var given = CutieCases.masks(parityCase, "in.mask", objects(parityCase));
            long objects = given.size();
            int topK = parityCase.json().path("config").path("top_k").asInt();
            var config = cutie.config();

            var before = cutie.encode(frames.get(0));
            var firstShares = Cutie.shares(stack(given));
            check("prob_0", firstShares.squeeze(0));
            check("mem_key", before.key());
            check("mem_shrinkage", before.shrinkage());
            check("mem_selection", before.selection());
            var masks = firstShares.get(":, 1:");
            var values = cutie.encodeMasks(before, masks);
            check("mem_value", grouped(values, objects));
            var places = before.key().getShape().slice(2);
            var nothing = manager.zeros(new Shape(objects, config.sensoryDim()).addAll(places));
            var sensory = cutie.updateSensory(values, nothing);
            check("sensory_after_mask_encoder", grouped(sensory, objects));
            var summaries = cutie.summarise(masks, values);
            check("object_summary", grouped(summaries, objects));

            var now = cutie.encode(frames.get(1));
            var stages = cutie.stages(now.image());
            check("f16", stages.get(2));
            check("f8", stages.get(1));
            check("f4", stages.get(0));
            check("pix_feat", now.pixFeat());
            check("key", now.key());
            check("shrinkage", now.shrinkage());
            check("selection", now.selection());

            var similarity = cutie.similarity(now, before.key(), before.shrinkage());
            check("similarity", similarity.transpose(0, 2, 1));
            check("affinity", affinity(before.key(), before.shrinkage(), now, topK));
            var valuesOfPlaces = values.reshape(new Shape(1, objects * config.valueDim()).addAll(places));
            var readout = cutie.readBest(now, before.key(), before.shrinkage(), valuesOfPlaces, topK)
                    .reshape(values.getShape());
            check("visual_readout", grouped(readout, objects));
            var fused = cutie.fuse(now, readout, sensory, areaMeans(masks, places));
            check("pixel_readout", grouped(fused, objects));
            var transformed = cutie.transform(fused, summaries, objects, (name, array) -> {
                try {
                    observe(name, array, objects);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            int last = config.objectTransformer().blocks();
            check("aux_logits_" + last, cutie.auxiliaryLogits(last, transformed, objects));
            var drawn = cutie.draw(now, transformed);
            check("object_logits", drawn.logits().transpose(1, 0, 2, 3));
            var logits = cutie.compete(drawn.logits(), objects);
            check("logits_with_background", logits);
            var shares = logits.softmax(1);
            check("prob_1", shares.squeeze(0));
            sensory = cutie.feelDrawn(transformed, drawn, sensory);
            check("sensory_after_decoder", grouped(sensory, objects));

            var nextMasks = shares.get(":, 1:");
            var nextValues = cutie.encodeMasks(now, nextMasks);
            check("mem_value_1", grouped(nextValues, objects));
            check("sensory_after_second_memory", grouped(cutie.updateSensory(nextValues, sensory), objects));
            check("object_summary_1", grouped(cutie.summarise(nextMasks, nextValues), objects));
        }

        private NDArray stack(List<ObjectMask> given) {
            var maps = new NDList();
            for (var each : given) {
                var mask = each.mask();
                byte[] bytes = mask.toBytes();
                var values = new float[bytes.length];
                for (int i = 0; i < values.length; i++) {
                    values[i] = bytes[i];
                }
                maps.add(manager.create(values, new Shape(1, 1, mask.height(), mask.width())));
            }
            return NDArrays.concat(maps, 1);
        }

        /** What each place reads of values that are 1 at one token each. */
        private NDArray affinity(NDArray key, NDArray shrinkage, org.sola.cutie.CutieFeatures now, int topK) {
            long h = key.getShape().get(2);
            long w = key.getShape().get(3);
            var each = manager.eye((int) (h * w)).reshape(1, h * w, h, w);
            return cutie.readBest(now, key, shrinkage, each, topK).reshape(1, h * w, h * w);
        }

        private static NDArray areaMeans(NDArray masks, Shape places) {
            long h = places.get(0);
            long w = places.get(1);
            return masks.reshape(1, masks.getShape().get(1), h, Cutie.STRIDE, w, Cutie.STRIDE)
                    .mean(new int[] {5})
                    .mean(new int[] {3});
        }

        private void observe(String name, NDArray array, long objects) throws IOException {
            if (name.startsWith("attn_mask")) {
                int heads = cutie.config().objectTransformer().heads();
                var blocked = array.lt(0).toType(ai.djl.ndarray.types.DataType.FLOAT32, false); // (N, 1, Q, L)
                check(name, blocked.repeat(1, heads).flatten(0, 1));
            } else {
                boolean isMap = name.startsWith("pixel_init") || name.startsWith("pixel_block");
                check(name, isMap ? grouped(array, objects) : array);
            }
        }

        /** (K, ..) to (1, K, ..). */
        private static NDArray grouped(NDArray array, long objects) {
            return array.reshape(new Shape(1, objects).addAll(array.getShape().slice(1)));
        }

        private void check(String name, NDArray got) throws IOException {
            if (parityCase.has("out." + name)) {
                checks.tensor("out." + name, got);
            }
        }
    }
}
