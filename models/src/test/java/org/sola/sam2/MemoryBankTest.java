package org.sola.sam2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryBankTest {
    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    /** A memory whose only values are its frame's index. */
    private FrameMemory memory(int frame) {
        return new FrameMemory(
                frame, manager.full(new Shape(1, 1, 1), (float) frame), manager.full(new Shape(1, 1), (float) frame));
    }

    private MemoryBank bank(int stride, int conditioningFrames, int[] prompted, IntStream tracked) {
        var bank = new MemoryBank(new MemoryBank.Rule(7, 16, stride, conditioningFrames));
        IntStream.of(prompted).forEach(t -> bank.putConditioning(memory(t)));
        tracked.forEach(t -> bank.putTracked(memory(t)));
        return bank;
    }

    private static List<Integer> spatialFrames(MemoryBank.Selection selection) {
        return selection.spatial().stream()
                .map(slot -> (int) slot.spatial().getFloat(0, 0, 0))
                .toList();
    }

    private static List<Integer> pointerFrames(MemoryBank.Selection selection) {
        return selection.pointers().stream()
                .map(slot -> (int) slot.pointer().getFloat(0, 0))
                .toList();
    }

    @Test
    void aFrameSeesPromptedFramesThenTheSixBeforeIt() {
        try (var bank = bank(1, Integer.MAX_VALUE, new int[] {0}, IntStream.range(1, 30))) {
            var seen = bank.select(30, Direction.FORWARD, 100);
            assertEquals(List.of(0, 24, 25, 26, 27, 28, 29), spatialFrames(seen));
            assertEquals(List.of(6, 5, 4, 3, 2, 1, 0), seen.slots());
            assertEquals(16, seen.pointers().size());
            assertEquals(List.of(30, 1, 2), seen.distances().subList(0, 3));
            assertEquals(15, seen.longestDistance());
        }
    }

    @Test
    void inReverseTheForwardPassIsSeenOnTheFarSideOfTheStart() {
        try (var bank = bank(1, Integer.MAX_VALUE, new int[] {10}, IntStream.range(11, 20))) {
            var seen = bank.select(9, Direction.REVERSE, 20);
            assertEquals(List.of(10, 15, 14, 13, 12, 11), spatialFrames(seen));
            assertEquals(List.of(6, 5, 4, 3, 2, 1), seen.slots());
            assertEquals(List.of(10, 11, 12, 13, 14, 15, 16, 17, 18, 19), pointerFrames(seen));
        }
    }

    @Test
    void laterPromptsAreSeenButNotTheirPointers() {
        try (var bank = bank(1, Integer.MAX_VALUE, new int[] {8}, IntStream.empty())) {
            var seen = bank.select(5, Direction.FORWARD, 20);
            assertEquals(List.of(8), spatialFrames(seen));
            assertTrue(seen.pointers().isEmpty());
        }
    }

    @Test
    void aStrideTakesTheLastFrameAndMultiplesBeforeIt() {
        try (var bank = bank(3, Integer.MAX_VALUE, new int[] {0}, IntStream.range(1, 30))) {
            assertEquals(List.of(0, 15, 18, 21, 24, 27, 28), spatialFrames(bank.select(29, Direction.FORWARD, 40)));
            assertEquals(List.of(0, 18, 15, 12, 9, 6, 5), spatialFrames(bank.select(4, Direction.REVERSE, 40)));
        }
    }

    @Test
    void theClosestPromptedFramesAreChosenAndTheOthersCountAsTracked() {
        try (var bank = bank(1, 2, new int[] {1, 9, 5, 12}, IntStream.of(10, 11))) {
            var seen = bank.select(11, Direction.FORWARD, 20);
            assertEquals(List.of(9, 12, 5, 10), spatialFrames(seen)); // 9 before, 12 after; 5 is six frames back
            assertEquals(List.of(6, 6, 5, 0), seen.slots());
            assertEquals(List.of(9, 10, 5, 1), pointerFrames(seen));
        }
    }

    @Test
    void shortVideosHaveFewerPointers() {
        try (var bank = bank(1, Integer.MAX_VALUE, new int[] {0}, IntStream.range(1, 4))) {
            var seen = bank.select(4, Direction.FORWARD, 5);
            assertEquals(List.of(0, 3, 2, 1), pointerFrames(seen));
            assertEquals(4, seen.longestDistance());
        }
    }

    @Test
    void aTrackedFrameThatIsPromptedLeavesTheTrackedOnes() {
        try (var bank = bank(1, Integer.MAX_VALUE, new int[] {0}, IntStream.range(1, 4))) {
            bank.putConditioning(memory(2));
            assertTrue(bank.isConditioning(2));
            assertEquals(List.of(0, 2, 1, 3), spatialFrames(bank.select(4, Direction.FORWARD, 9)));
            bank.demote(2);
            assertFalse(bank.isConditioning(2));
            assertEquals(List.of(0, 1, 2, 3), spatialFrames(bank.select(4, Direction.FORWARD, 9)));
        }
    }

    @Test
    void forgottenFramesKeepTheirPointersAsLongAsThoseAreNeeded() {
        try (var bank = bank(1, Integer.MAX_VALUE, new int[] {0}, IntStream.range(1, 20))) {
            int before = manager.getManagedArrays().size();
            bank.forget(t -> t >= 14, t -> t >= 5);
            assertEquals(before - 13 - 4, manager.getManagedArrays().size());
            var seen = bank.select(20, Direction.FORWARD, 40);
            assertEquals(List.of(0, 14, 15, 16, 17, 18, 19), spatialFrames(seen));
            assertEquals(16, seen.pointers().size());
        }
    }

    @Test
    void impossibleRulesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new MemoryBank.Rule(7, 16, 0, 2));
        assertThrows(IllegalArgumentException.class, () -> new MemoryBank.Rule(7, 16, 1, 1));
    }
}
