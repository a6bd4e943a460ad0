package org.sola.precompute;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.sola.mask.Mask;
import org.sola.mask.Rle;

class TruthPrompterTest {
    private static final Rle NONE = Rle.empty(4, 8);

    private static Rle columns(int from, int to) {
        return Rle.encode(Mask.of(4, 8, (y, x) -> x >= from && x < to));
    }

    @Test
    void anAnnotatedObjectIsPromptedWhereItIsLargestFirst() {
        var left = columns(0, 4);
        var prompts = TruthPrompter.prompts(new TreeMap<>(
                Map.of("a", List.of(columns(1, 3), left, columns(2, 6)), "b", List.of(NONE, NONE, NONE))));
        assertEquals(1, prompts.size());
        assertEquals(1, prompts.get(0).frame());
        assertEquals(left, prompts.get(0).mask());
    }
}
