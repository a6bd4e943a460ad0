package org.sola.evfsam;

/**
 * A frame's size, and the part of SAM's square input that shows it, at the upper left.
 *
 * @param height of the frame, in pixels
 * @param width of the frame, in pixels
 * @param inputHeight of the part, in pixels of the input
 * @param inputWidth of the part, in pixels of the input
 */
public record FrameSize(int height, int width, int inputHeight, int inputWidth) {

    /** The longer side fills the input (SAM, {@code ResizeLongestSide}). */
    public static FrameSize of(int height, int width, int imageSize) {
        double scale = (double) imageSize / Math.max(height, width);
        return new FrameSize(height, width, shown(height * scale), shown(width * scale));
    }

    /** The reference lets the shorter side of a strip vanish, and then fails: one row stays here. */
    private static int shown(double length) {
        return Math.max(1, (int) (length + 0.5));
    }
}
