package org.sola.sam2;

/** Which way through a video tracking goes. */
public enum Direction {
    FORWARD(1),
    REVERSE(-1);

    private final int step;

    Direction(int step) {
        this.step = step;
    }

    /** From one frame to the next: 1 or -1. */
    public int step() {
        return step;
    }
}
