package org.sola.selector;

/**
 * How much of a padded video is there.
 *
 * @param tracks N, the first so many; at least 1
 * @param frames T, the first so many; at least 1
 */
public record VideoSize(int tracks, int frames) {
    public VideoSize {
        if (tracks < 1 || frames < 1) {
            throw new IllegalArgumentException(
                    "a video of " + tracks + " tracks and " + frames + " frames; at least one of each is needed");
        }
    }

    /** T' of the selector's encoder, which halves the frames {@code halvings} times. */
    int reducedFrames(int halvings) {
        int reduced = frames;
        for (int i = 0; i < halvings; i++) {
            reduced = (reduced + 1) / 2;
        }
        return reduced;
    }
}
