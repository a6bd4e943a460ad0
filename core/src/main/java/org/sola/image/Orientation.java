package org.sola.image;

/**
 * How stored pixels are to be turned to stand upright: first the axes are swapped or not, then read mirrored or not.
 *
 * @param swapsAxes whether rows become columns (a quarter turn)
 * @param mirrorsColumns whether the stored columns are read from the last to the first
 * @param mirrorsRows whether the stored rows are read from the last to the first
 */
public record Orientation(boolean swapsAxes, boolean mirrorsColumns, boolean mirrorsRows) {
    /** Stored upright. */
    public static final Orientation UPRIGHT = new Orientation(false, false, false);

    /** EXIF's numbering, 1 to 8; anything else counts as upright. */
    static Orientation ofExif(int tag) {
        return new Orientation(
                tag >= 5 && tag <= 8,
                tag == 2 || tag == 3 || tag == 7 || tag == 8,
                tag == 3 || tag == 4 || tag == 6 || tag == 7);
    }

    /**
     * A display matrix as MP4 and FFmpeg have it: a stored point (x, y) is shown at {@code (a x + c y, b x + d y)}. Only
     * turns by quarters and mirrorings are meant; others go to the nearest.
     */
    public static Orientation ofDisplayMatrix(long a, long b, long c, long d) {
        boolean swaps = Math.abs(b) + Math.abs(c) > Math.abs(a) + Math.abs(d);
        return swaps ? new Orientation(true, b < 0, c < 0) : new Orientation(false, a < 0, d < 0);
    }

    /** Turns and mirrors the pixels upright. */
    public RgbImage apply(RgbImage image) {
        if (equals(UPRIGHT)) {
            return image;
        }
        int height = swapsAxes ? image.width() : image.height();
        int width = swapsAxes ? image.height() : image.width();
        byte[] from = image.rgb();
        var rgb = new byte[from.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int column = swapsAxes ? y : x;
                int row = swapsAxes ? x : y;
                int fromX = mirrorsColumns ? image.width() - 1 - column : column;
                int fromY = mirrorsRows ? image.height() - 1 - row : row;
                int source = (fromY * image.width() + fromX) * 3;
                int target = (y * width + x) * 3;
                rgb[target] = from[source];
                rgb[target + 1] = from[source + 1];
                rgb[target + 2] = from[source + 2];
            }
        }
        return new RgbImage(height, width, rgb);
    }
}
