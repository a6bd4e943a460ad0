package org.sola.parity;

import com.fasterxml.jackson.databind.JsonNode;
import org.sola.image.RgbImage;

/** The images that SAM 2's cases make by integer arithmetic: a quadric with a moving disc and a moving box. */
final class FrameRule {
    static final int SIZE = 1024;

    private FrameRule() {}

    /** Frame {@code t}, {@link #SIZE} square; {@code constants} are a, b, e, p and q. */
    static RgbImage frame(JsonNode constants, int t) {
        long a = constants.path("a").asLong();
        long b = constants.path("b").asLong();
        long e = constants.path("e").asLong();
        long p = constants.path("p").asLong();
        long q = constants.path("q").asLong();
        var rgb = new byte[SIZE * SIZE * 3];
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                long dx = x - (200 + 24L * t);
                long dy = y - (500 - 16L * t);
                boolean isDisc = 2 * dx * dx + dy * dy < 160 * 160;
                boolean isBox = 560 <= x && x < 760 && 300 + 12 * t <= y && y < 620 + 12 * t;
                for (int c = 0; c < 3; c++) {
                    long value = ((c + a) * x * x + (b - c) * y * y + e * x * y + t * (p * x + q * y) >> 10) + 40 * c;
                    if (isDisc) {
                        value = 230 - 70 * c + (x + y & 15);
                    }
                    if (isBox) {
                        value = 30 + 80 * c + (3 * x + y & 31);
                    }
                    rgb[(y * SIZE + x) * 3 + c] = (byte) value;
                }
            }
        }
        return new RgbImage(SIZE, SIZE, rgb);
    }
}
