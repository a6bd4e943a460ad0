package org.sola.demo;

import java.util.Collections;
import java.util.List;

/**
 * What happens to the picture after everything is drawn; masks are not touched by it.
 *
 * @param gain brightness factor of every frame
 * @param slopeX how much brighter the light is at the right edge than in the middle (0.2: a fifth)
 * @param slopeY how much brighter the light is at the lower edge than in the middle
 * @param blur radius of the blur in pixels, 0 for none
 * @param noise amplitude of the grain in grey levels, 0 for none
 * @param shadows whether objects throw a soft shadow
 * @param noiseSeed seed of the grain
 */
public record Effects(
        List<Double> gain, double slopeX, double slopeY, int blur, int noise, boolean shadows, long noiseSeed) {
    public Effects {
        gain = List.copyOf(gain);
    }

    /** No effect on any of the frames. */
    public static Effects none(int frames) {
        return new Effects(Collections.nCopies(frames, 1.0), 0, 0, 0, 0, false, 0);
    }

    /** The same on the first frames alone. */
    Effects beginning(int length) {
        return new Effects(gain.subList(0, length), slopeX, slopeY, blur, noise, shadows, noiseSeed);
    }
}
