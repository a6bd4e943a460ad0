package org.sola.demo;

/**
 * Where and how an object stands in one frame, in world pixels (those of the frame under a camera at rest).
 *
 * @param x centre, to the right
 * @param y centre, downwards
 * @param size length of the picture's longer side, in pixels
 * @param angle turn about the centre in radians, clockwise on the screen
 * @param mirror horizontal stretch in -1..1: 1 as drawn, -1 mirrored, between while it turns round
 */
public record Pose(double x, double y, double size, double angle, double mirror) {
    /** An upright object as its picture is drawn. */
    public static Pose at(double x, double y, double size) {
        return new Pose(x, y, size, 0, 1);
    }
}
