package org.sola.demo;

/**
 * One object through the whole video, as drawn. Lengths are in units of the frame's shorter side.
 *
 * @param id its number in the scene
 * @param look what it looks like
 * @param onScreen path of the centre on the screen, a trembling camera steadied
 * @param inWorld path of the centre in the world
 * @param size longer side on the screen
 * @param worldSize longer side in the world
 * @param angle turn in radians
 * @param inside share of it that is within the frame, 0..1
 * @param share share of it that is seen, 0..1
 * @param pixels number of pixels seen
 */
@SuppressWarnings("ArrayRecordComponent")
record ObjectTruth(
        int id,
        Look look,
        Path2 onScreen,
        Path2 inWorld,
        double[] size,
        double[] worldSize,
        double[] angle,
        double[] inside,
        double[] share,
        int[] pixels) {
    private static final int FEW_PIXELS = 60;

    int frames() {
        return size.length;
    }

    boolean seen(int t) {
        return share[t] >= 0.4 && pixels[t] >= FEW_PIXELS;
    }

    /** Number of frames in which enough of it is seen. */
    int framesSeen() {
        int count = 0;
        for (int t = 0; t < frames(); t++) {
            count += seen(t) ? 1 : 0;
        }
        return count;
    }

    /** Seen nearly all the time, so that its motion and its place can be judged. */
    boolean wellSeen() {
        return framesSeen() >= 0.8 * frames();
    }

    /** Seen long enough to be recognised. */
    boolean recognisable() {
        return framesSeen() >= 0.4 * frames();
    }

    /** Not seen at any time: the video does not show it. */
    boolean neverSeen() {
        for (int count : pixels) {
            if (count >= 25) {
                return false;
            }
        }
        return true;
    }
}
