package org.sola.demo;

/**
 * The camera in one frame.
 *
 * @param x world point seen at the frame's centre, to the right
 * @param y world point seen at the frame's centre, downwards
 * @param zoom screen pixels a world pixel
 * @param angle turn of the picture in radians, clockwise
 */
public record CameraPose(double x, double y, double zoom, double angle) {
    public CameraPose {
        angle += 0.0; // a negative zero would make equal cameras differ
    }

    /** A camera at rest: world and screen are the same. */
    public static CameraPose still(int height, int width) {
        return new CameraPose(width / 2.0, height / 2.0, 1, 0);
    }

    /** Screen column of a world point. */
    public double screenX(double worldX, double worldY, int width) {
        double cos = StrictMath.cos(angle);
        double sin = StrictMath.sin(angle);
        return width / 2.0 + zoom * (cos * (worldX - x) - sin * (worldY - y));
    }

    /** Screen row of a world point. */
    public double screenY(double worldX, double worldY, int height) {
        double cos = StrictMath.cos(angle);
        double sin = StrictMath.sin(angle);
        return height / 2.0 + zoom * (sin * (worldX - x) + cos * (worldY - y));
    }
}
