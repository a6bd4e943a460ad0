package org.sola.video;

import org.sola.image.RgbImage;

/** An RGB picture that is being painted; painting outside its borders does nothing. */
final class Canvas {
    private final int height;
    private final int width;
    private final byte[] rgb;

    private Canvas(int height, int width, byte[] rgb) {
        this.height = height;
        this.width = width;
        this.rgb = rgb;
    }

    static Canvas filled(int height, int width, Colour colour) {
        var canvas = new Canvas(height, width, new byte[Math.multiplyExact(Math.multiplyExact(height, width), 3)]);
        canvas.fill(0, 0, height, width, colour, 1);
        return canvas;
    }

    static Canvas copyOf(RgbImage image) {
        return new Canvas(image.height(), image.width(), image.rgb().clone());
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    /** Mixes a colour into a pixel; {@code opacity} in 0..1. */
    void blend(int y, int x, Colour colour, float opacity) {
        if (y < 0 || x < 0 || y >= height || x >= width || opacity <= 0) {
            return;
        }
        int at = (y * width + x) * 3;
        rgb[at] = mix(rgb[at], colour.red(), opacity);
        rgb[at + 1] = mix(rgb[at + 1], colour.green(), opacity);
        rgb[at + 2] = mix(rgb[at + 2], colour.blue(), opacity);
    }

    private static byte mix(byte below, int above, float opacity) {
        int base = below & 0xFF;
        return (byte) Math.round(base + (above - base) * opacity);
    }

    void fill(int top, int left, int rows, int columns, Colour colour, float opacity) {
        for (int y = Math.max(0, top); y < Math.min(height, top + rows); y++) {
            for (int x = Math.max(0, left); x < Math.min(width, left + columns); x++) {
                blend(y, x, colour, opacity);
            }
        }
    }

    /** Copies an image in; it must lie inside. */
    void place(RgbImage image, int top, int left) {
        for (int y = 0; y < image.height(); y++) {
            System.arraycopy(
                    image.rgb(), y * image.width() * 3, rgb, ((top + y) * width + left) * 3, image.width() * 3);
        }
    }

    /** The picture; painting ends here. */
    RgbImage toImage() {
        return new RgbImage(height, width, rgb);
    }
}
