package org.sola.demo;

/** What a lens and a sensor do to a painted frame: light, blur, grain. */
final class Finish {
    private Finish() {}

    /** Packed pixels to RGB bytes with the effects of one frame. */
    static byte[] apply(int[] pixels, int height, int width, Effects effects, int frame) {
        for (int pass = 0; pass < effects.blur(); pass++) {
            blur(pixels, height, width);
        }
        var rgb = new byte[pixels.length * 3];
        double gain = effects.gain().get(frame);
        boolean plain = gain == 1 && effects.slopeX() == 0 && effects.slopeY() == 0 && effects.noise() == 0;
        long seed = DemoRandom.mix(effects.noiseSeed() + frame);
        for (int y = 0; y < height; y++) {
            double light = gain * (1 + effects.slopeY() * (2.0 * y / height - 1));
            double step = gain * effects.slopeX() * 2 / width;
            double start = light - gain * effects.slopeX();
            for (int x = 0; x < width; x++) {
                int at = y * width + x;
                int pixel = pixels[at];
                int red = pixel >>> 16 & 0xFF;
                int green = pixel >>> 8 & 0xFF;
                int blue = pixel & 0xFF;
                if (!plain) {
                    int factor = (int) Math.max(0, 1024 * (start + step * x));
                    long grain = effects.noise() == 0 ? NO_GRAIN : DemoRandom.mix(seed + at);
                    red = lit(red, factor, grain, effects.noise());
                    green = lit(green, factor, grain >>> 16, effects.noise());
                    blue = lit(blue, factor, grain >>> 32, effects.noise());
                }
                rgb[3 * at] = (byte) red;
                rgb[3 * at + 1] = (byte) green;
                rgb[3 * at + 2] = (byte) blue;
            }
        }
        return rgb;
    }

    private static final long NO_GRAIN = 0x7F80_7F80_7F80L;

    /** Sum of two random bytes, about -255..255 around zero, times amplitude / 128. */
    private static int lit(int value, int factor1024, long grain, int amplitude) {
        int noise = (int) (grain & 0xFF) + (int) (grain >>> 8 & 0xFF) - 255;
        int result = (value * factor1024 + 512 >> 10) + (noise * amplitude >> 7);
        return Math.max(0, Math.min(255, result));
    }

    /** One pass of the 1-2-1 filter along rows and columns, edges repeated. */
    private static void blur(int[] pixels, int height, int width) {
        var line = new int[Math.max(height, width)];
        for (int y = 0; y < height; y++) {
            line(pixels, y * width, 1, width, line);
        }
        for (int x = 0; x < width; x++) {
            line(pixels, x, width, height, line);
        }
    }

    private static void line(int[] pixels, int start, int step, int count, int[] copy) {
        for (int i = 0; i < count; i++) {
            copy[i] = pixels[start + i * step];
        }
        for (int i = 0; i < count; i++) {
            int before = copy[Math.max(0, i - 1)];
            int here = copy[i];
            int after = copy[Math.min(count - 1, i + 1)];
            int even = (before & 0xFF00FF) + 2 * (here & 0xFF00FF) + (after & 0xFF00FF) + 0x020002;
            int odd = (before >>> 8 & 0xFF00FF) + 2 * (here >>> 8 & 0xFF00FF) + (after >>> 8 & 0xFF00FF) + 0x020002;
            pixels[start + i * step] = even >>> 2 & 0xFF00FF | (odd >>> 2 & 0xFF00FF) << 8;
        }
    }
}
