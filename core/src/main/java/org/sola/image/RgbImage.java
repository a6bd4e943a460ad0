package org.sola.image;

/**
 * An 8-bit RGB image: {@code rgb[(y * width + x) * 3 + channel]}, channels red, green, blue.
 *
 * <p>The array is not copied; whoever makes an image hands the array over and does not write to it afterwards.
 *
 * @param height rows
 * @param width columns
 * @param rgb height * width * 3 bytes
 */
@SuppressWarnings("ArrayRecordComponent")
public record RgbImage(int height, int width, byte[] rgb) {
    public RgbImage {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("an image needs at least one pixel, not " + height + "x" + width);
        }
        if (rgb.length != Math.multiplyExact(Math.multiplyExact(height, width), 3)) {
            throw new IllegalArgumentException("an RGB image of " + height + "x" + width + " has " + 3L * height * width
                    + " bytes, not " + rgb.length);
        }
    }

    /** A black image. */
    public static RgbImage black(int height, int width) {
        return new RgbImage(height, width, new byte[height * width * 3]);
    }

    /** The value of one channel, 0..255. */
    public int get(int y, int x, int channel) {
        return rgb[(y * width + x) * 3 + channel] & 0xFF;
    }
}
