package org.sola.train;

import java.util.List;
import org.sola.sam2.Sam2Config;

/** A SAM 2 small enough to be trained in tests. */
public final class TinySam2 {
    private TinySam2() {}

    /** 64 pixels a side, one block a stage. */
    public static final Sam2Config CONFIG = new Sam2Config(
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
}
