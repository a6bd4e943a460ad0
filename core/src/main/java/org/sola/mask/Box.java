package org.sola.mask;

/**
 * A box of whole pixels, x before y: it holds the pixels x0 &lt;= x &lt; x1, y0 &lt;= y &lt; y1, so its corners lie on pixel
 * corners and {@code x1 - x0} is its width. (A SAM 2 box prompt in pixel centres is x0, y0, x1 - 1, y1 - 1.)
 */
public record Box(int x0, int y0, int x1, int y1) {
    public Box {
        if (x1 <= x0 || y1 <= y0) {
            throw new IllegalArgumentException(
                    "a box holds at least one pixel, not x " + x0 + ".." + x1 + ", y " + y0 + ".." + y1);
        }
    }

    public int width() {
        return x1 - x0;
    }

    public int height() {
        return y1 - y0;
    }

    public long areaPixels() {
        return (long) width() * height();
    }

    /** Intersection over union in 0..1. */
    public double iou(Box other) {
        long w = Math.min(x1, other.x1) - Math.max(x0, other.x0);
        long h = Math.min(y1, other.y1) - Math.max(y0, other.y0);
        long intersection = w > 0 && h > 0 ? w * h : 0;
        return (double) intersection / (areaPixels() + other.areaPixels() - intersection);
    }
}
