package org.sola.demo;

/**
 * A picture to sample from: premultiplied ARGB, with halved copies of itself so that it can be drawn small without
 * aliasing. Immutable and safe to share.
 */
final class Texture {
    private final int width;
    private final int height;
    private final int[] argb;
    private final Texture half; // itself when it cannot be halved any more
    private final double opaqueArea;

    private Texture(int width, int height, int[] argb) {
        this.width = width;
        this.height = height;
        this.argb = argb;
        this.half = Math.min(width, height) >= 8 ? halved(width, height, argb) : this;
        this.opaqueArea = opaqueArea(argb);
    }

    /** Takes over premultiplied ARGB pixels, row by row. */
    static Texture ofPremultiplied(int width, int height, int[] argb) {
        return new Texture(width, height, argb);
    }

    /** Takes plain ARGB pixels and multiplies their colours by their alpha, in place. */
    static Texture ofStraight(int width, int height, int[] argb) {
        for (int i = 0; i < argb.length; i++) {
            int alpha = argb[i] >>> 24;
            argb[i] = alpha << 24
                    | scaled(argb[i] >>> 16 & 0xFF, alpha) << 16
                    | scaled(argb[i] >>> 8 & 0xFF, alpha) << 8
                    | scaled(argb[i] & 0xFF, alpha);
        }
        return new Texture(width, height, argb);
    }

    private static int scaled(int value, int alpha) {
        return (value * alpha + 127) / 255;
    }

    private static double opaqueArea(int[] argb) {
        long count = 0;
        for (int pixel : argb) {
            count += pixel >>> 31; // alpha of at least one half
        }
        return count;
    }

    private static Texture halved(int width, int height, int[] argb) {
        int w = width / 2;
        int h = height / 2;
        var small = new int[w * h];
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                int at = 2 * y * width + 2 * x;
                int a = argb[at];
                int b = argb[at + 1];
                int c = argb[at + width];
                int d = argb[at + width + 1];
                int even = (a & 0xFF00FF) + (b & 0xFF00FF) + (c & 0xFF00FF) + (d & 0xFF00FF) + 0x020002;
                int odd = (a >>> 8 & 0xFF00FF)
                        + (b >>> 8 & 0xFF00FF)
                        + (c >>> 8 & 0xFF00FF)
                        + (d >>> 8 & 0xFF00FF)
                        + 0x020002;
                small[y * w + x] = (even >>> 2 & 0xFF00FF) | (odd >>> 2 & 0xFF00FF) << 8;
            }
        }
        return new Texture(w, h, small);
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    int[] pixels() {
        return argb;
    }

    /** Number of texels whose alpha is at least one half. */
    double opaqueArea() {
        return opaqueArea;
    }

    /** The copy to draw from when one output pixel covers {@code texels} texels: at most two of its own. */
    Texture level(double texels) {
        var level = this;
        for (double left = texels; left >= 1.6 && level.half != level; left /= 2) {
            level = level.half;
        }
        return level;
    }

    /** Bilinear value at texel coordinates (centres at .5), in 1/256 texel; transparent outside. */
    int sample(int u256, int v256) {
        int u = u256 - 128;
        int v = v256 - 128;
        int x = u >> 8;
        int y = v >> 8;
        if (x < -1 || y < -1 || x >= width || y >= height) {
            return 0;
        }
        int fx = u & 0xFF;
        int fy = v & 0xFF;
        int at = y * width + x;
        boolean left = x >= 0;
        boolean right = x + 1 < width;
        int a = 0;
        int b = 0;
        int c = 0;
        int d = 0;
        if (y >= 0) {
            a = left ? argb[at] : 0;
            b = right ? argb[at + 1] : 0;
        }
        if (y + 1 < height) {
            c = left ? argb[at + width] : 0;
            d = right ? argb[at + width + 1] : 0;
        }
        return mix(mix(a, b, fx), mix(c, d, fx), fy);
    }

    /** Bilinear value where the picture goes on mirrored for ever. */
    int sampleMirrored(int u256, int v256) {
        int u = u256 - 128;
        int v = v256 - 128;
        int x0 = mirrored(u >> 8, width);
        int x1 = mirrored((u >> 8) + 1, width);
        int y0 = mirrored(v >> 8, height) * width;
        int y1 = mirrored((v >> 8) + 1, height) * width;
        int fx = u & 0xFF;
        return mix(mix(argb[y0 + x0], argb[y0 + x1], fx), mix(argb[y1 + x0], argb[y1 + x1], fx), v & 0xFF);
    }

    private static int mirrored(int i, int size) {
        if (i >= 0 && i < size) {
            return i;
        }
        int period = Math.floorMod(i, 2 * size);
        return period < size ? period : 2 * size - 1 - period;
    }

    /** {@code a + (b - a) * weight / 256} in each of the four channels. */
    private static int mix(int a, int b, int weight) {
        int other = 256 - weight;
        int even = (a & 0xFF00FF) * other + (b & 0xFF00FF) * weight;
        int odd = (a >>> 8 & 0xFF00FF) * other + (b >>> 8 & 0xFF00FF) * weight;
        return even >>> 8 & 0xFF00FF | odd & 0xFF00FF00;
    }
}
