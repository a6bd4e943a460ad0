package org.sola.train.selector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.sola.selector.SelectorBlock;
import org.sola.selector.SelectorConfig;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Weights;
import org.sola.train.AdamW;

class SelectorStepTest {
    private static final SelectorConfig SMALL =
            new SelectorConfig("small", 16, 32, 24, 16, 4, 2, 100, 4, 0.0, 0.0, 8, 8);
    private static final String ATTENTION = "object_lang_align_layers.0.obj_attn.v_proj.weight";
    private static final String ENCODER = "short_motion_encoder.0.weight";

    private static NDList data(NDManager manager) {
        return new NDList(
                manager.randomNormal(new Shape(1, 3, 12, 16)),
                manager.randomNormal(new Shape(2, 5, 32)),
                EngineMemory.of(manager, 5, 5));
    }

    private static NDList labels(NDManager manager) {
        return new NDList(
                EngineMemory.of(manager, new float[] {1, 0, 0, 0, 1, 1}, new Shape(2, 3)),
                manager.randomNormal(new Shape(2, 32)));
    }

    @Test
    void withAndWithoutAttentionAStepMovesWhatTakesPartAndLeavesNoArrayBehind() {
        try (var model = Model.newInstance("selector", "PyTorch")) {
            var manager = model.getNDManager();
            var block = SelectorBlock.of(SMALL, Weights.initialise(1, manager));
            model.setBlock(block);
            var adamw = new AdamW(block.trainable(), manager, 0, 1, 0.9);
            try (var step = SelectorStep.of(model, block, new SelectorLoss(), adamw, () -> 1e-3)) {
                for (boolean attends : new boolean[] {false, true}) {
                    block.attends(attends);
                    float[] attention = block.trainable().get(ATTENTION).toFloatArray();
                    float[] encoder = block.trainable().get(ENCODER).toFloatArray();
                    int before = 0;
                    for (int i = 0; i < 4; i++) {
                        try (var inputs = manager.newSubManager()) {
                            assertTrue(
                                    step.train(data(inputs), labels(inputs), i).isFinite());
                        }
                        int now = manager.getManagedArrays().size()
                                + step.manager().getManagedArrays().size();
                        assertTrue(i < 2 || now == before, now + " arrays after step " + i + ", " + before + " before");
                        before = now; // the first step makes what the trainer keeps
                    }
                    float[] moved = block.trainable().get(ATTENTION).toFloatArray();
                    if (!attends) {
                        assertArrayEquals(attention, moved);
                    }
                    assertEquals(attends, !java.util.Arrays.equals(attention, moved));
                    assertTrue(!java.util.Arrays.equals(
                            encoder, block.trainable().get(ENCODER).toFloatArray()));
                }
            }
        }
    }
}
