package org.sola.precompute;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * The tracks of one video with their object tokens: what precomputation makes and the token cache keeps.
 *
 * @param videoId id of the video
 * @param frameNames a name a frame, in order
 * @param height rows of the video and of every mask
 * @param width columns
 * @param tracks the tracks; N of them
 * @param tokens object tokens (N, T, D), row-major, row n belonging to {@code tracks.get(n)}; not copied
 * @param tokenDim D
 */
@SuppressWarnings("ArrayRecordComponent")
public record VideoTracks(
        String videoId,
        List<String> frameNames,
        int height,
        int width,
        List<Track> tracks,
        float[] tokens,
        int tokenDim) {

    public VideoTracks {
        frameNames = List.copyOf(frameNames);
        tracks = List.copyOf(tracks);
        if (frameNames.isEmpty() || tokenDim < 1) {
            throw new IllegalArgumentException(videoId + " has " + frameNames.size() + " frames and tokens of width "
                    + tokenDim + "; both are at least 1");
        }
        long expected = (long) tracks.size() * frameNames.size() * tokenDim;
        if (tokens.length != expected) {
            throw new IllegalArgumentException(videoId + " has " + tokens.length + " token values, expected " + expected
                    + " (" + tracks.size() + " tracks, " + frameNames.size() + " frames, width " + tokenDim + ")");
        }
        for (var track : tracks) {
            if (track.masks().size() != frameNames.size()) {
                throw new IllegalArgumentException(videoId + ": track " + track.id() + " has "
                        + track.masks().size() + " masks, the video has " + frameNames.size() + " frames");
            }
            for (var mask : track.masks()) {
                if (mask.height() != height || mask.width() != width) {
                    throw new IllegalArgumentException(videoId + ": track " + track.id() + " has a mask of "
                            + mask.height() + "x" + mask.width() + ", the video is " + height + "x" + width);
                }
            }
        }
    }

    /** T. */
    public int frames() {
        return frameNames.size();
    }

    /** The object token of the track in row {@code row} at a frame, D values. */
    public float[] token(int row, int frame) {
        int start = (row * frames() + frame) * tokenDim;
        return Arrays.copyOfRange(tokens, start, start + tokenDim);
    }

    /** The tracks that pass, with their tokens, in the same order and under the same ids. */
    public VideoTracks only(Predicate<Track> wanted) {
        var kept = new ArrayList<Track>();
        int length = frames() * tokenDim;
        var keptTokens = new float[tokens.length];
        for (int row = 0; row < tracks.size(); row++) {
            if (wanted.test(tracks.get(row))) {
                System.arraycopy(tokens, row * length, keptTokens, kept.size() * length, length);
                kept.add(tracks.get(row));
            }
        }
        return new VideoTracks(
                videoId, frameNames, height, width, kept, Arrays.copyOf(keptTokens, kept.size() * length), tokenDim);
    }
}
