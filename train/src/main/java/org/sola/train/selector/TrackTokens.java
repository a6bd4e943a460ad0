package org.sola.train.selector;

import java.io.IOException;
import java.util.Arrays;

/** Where the object tokens of a training video come from. */
@FunctionalInterface
interface TrackTokens {
    /** The tokens of these tracks in a run of frames, (tracks, frames, tokenDim); the caller must not change them. */
    float[] read(int[] tracks, int firstFrame, int frames) throws IOException;

    /** Tokens that are in memory, (N, T, tokenDim). */
    static TrackTokens of(float[] all, int videoFrames, int tokenDim) {
        return (tracks, firstFrame, frames) -> {
            if (tracks.length * frames * tokenDim == all.length && isInOrder(tracks)) {
                return all;
            }
            int length = frames * tokenDim;
            var some = new float[tracks.length * length];
            for (int i = 0; i < tracks.length; i++) {
                System.arraycopy(all, (tracks[i] * videoFrames + firstFrame) * tokenDim, some, i * length, length);
            }
            return some;
        };
    }

    private static boolean isInOrder(int... tracks) {
        for (int i = 0; i < tracks.length; i++) {
            if (tracks[i] != i) {
                return false;
            }
        }
        return true;
    }

    /** The same of the tracks in these rows. */
    default TrackTokens rows(int... rows) {
        return (tracks, firstFrame, frames) ->
                read(Arrays.stream(tracks).map(track -> rows[track]).toArray(), firstFrame, frames);
    }
}
