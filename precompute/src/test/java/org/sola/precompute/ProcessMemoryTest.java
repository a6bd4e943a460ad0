package org.sola.precompute;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
    private static final int ARRAYS = 3200;
    private static final int ARRAY_BYTES = 64 << 10; // small enough to lie in the C library's heap

    @Test
    void memoryFreedAmongBlocksThatLiveOnGoesBackToTheSystem() {
        Assumptions.assumeTrue(ProcessMemory.residentBytes().isPresent(), "Linux says what is resident");
        Assumptions.assumeTrue(Runtime.version().compareTo(Runtime.Version.parse("17.0.9")) >= 0, "a JVM that can");
        try (var manager = NDManager.newBaseManager()) {
            var arrays = new ArrayList<NDArray>();
            for (int i = 0; i < ARRAYS; i++) {
                arrays.add(manager.ones(new Shape(ARRAY_BYTES / Float.BYTES)));
            }
            for (int i = 0; i < ARRAYS; i++) {
                if (i % 50 != 49) {
                    arrays.get(i).close();
                }
            }
            long before = ProcessMemory.residentBytes().orElseThrow();
            ProcessMemory.giveBackFreed();
            long after = ProcessMemory.residentBytes().orElseThrow();
            assertTrue(
                    before - after > (long) ARRAYS * ARRAY_BYTES / 2,
                    before + " bytes were resident before, " + after + " after");
        }
    }
}
