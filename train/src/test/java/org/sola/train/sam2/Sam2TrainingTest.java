package org.sola.train.sam2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.sam2.Sam2Config;
import org.sola.tensor.Safetensors;

class Sam2TrainingTest {
    private static final Sam2Config TINY = new Sam2Config(
            "tiny-test",
            64,
            new Sam2Config.Hiera(8, 1, List.of(1, 1, 1, 1), List.of(2), List.of(8, 4, 4, 2), 7),
            32,
            16,
            new Sam2Config.Decoder(1, 2, 32, true),
            new Sam2Config.MemoryAttention(1, 32),
            7,
            16,
            true);

    private static final Sam2Recipe RECIPE =
            new Sam2Recipe(7, 3, 1, 2, 2, 2, 1e-3, 3, 1, 3, 2, 1e-3, 2, 0.3, 0.01, 1, 0.9, 1);

    @TempDir
    Path folder;

    @Test
    void aRunStoppedInBothStagesEndsWhereAnUnbrokenOneDoes() throws Exception {
        var log = new ArrayList<String>();
        var whole = new Sam2Training(TINY, RECIPE, folder.resolve("whole"), log::add, () -> false);
        assertTrue(whole.run());
        assertTrue(log.stream().anyMatch(line -> line.startsWith("video step 6")), log.toString());

        Path broken = folder.resolve("broken");
        for (int stops : new int[] {2, 2}) {
            var steps = new AtomicInteger();
            var part = new Sam2Training(TINY, RECIPE, broken, log::add, () -> steps.incrementAndGet() == stops);
            assertFalse(part.run());
        }
        var last = new Sam2Training(TINY, RECIPE, broken, log::add, () -> false);
        assertTrue(last.run());
        var expected = Safetensors.open(whole.weightsFile());
        var got = Safetensors.open(last.weightsFile());
        assertEquals(expected.tensors().keySet(), got.tensors().keySet());
        for (String name : expected.tensors().keySet()) {
            // a step moves a weight by up to 1e-3; rounding that differs now and then is magnified by Adam's first
            // steps
            assertArrayEquals(expected.floats(name), got.floats(name), 1e-3f, name);
        }
    }

    @Test
    void whatShipsHasTheOfficialNamesOnly() throws Exception {
        var training = new Sam2Training(TINY, RECIPE, folder, line -> {}, () -> false);
        training.run();
        var names = Safetensors.open(training.weightsFile()).tensors().keySet();
        assertTrue(names.contains("sam_mask_decoder.iou_token.weight"));
        assertTrue(names.contains("obj_ptr_tpos_proj.weight"));
        assertEquals(
                0,
                names.stream().filter(n -> n.startsWith(Sam2Training.AUXILIARY)).count());
    }
}
