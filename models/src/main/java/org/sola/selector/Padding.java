package org.sola.selector;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.sola.tensor.EngineMemory;

/**
 * Which tracks and reduced frames of a batch are there. Padded ones are hidden from every attention and left out of every
 * normalisation, so that a video among others is what it is alone; what is computed for them means nothing. B videos or
 * expressions, N tracks of the largest, T' reduced frames of the longest.
 */
final class Padding {
    private final List<VideoSize> sizes; // in reduced frames
    private final NDManager manager;
    private final int tracks;
    private final int frames;

    private Padding(List<VideoSize> sizes, NDManager manager, int tracks, int frames) {
        this.sizes = sizes;
        this.manager = manager;
        this.tracks = tracks;
        this.frames = frames;
    }

    /** Of videos with these sizes in reduced frames, padded to {@code tracks} and {@code frames}. */
    static Padding of(NDManager manager, List<VideoSize> sizes, int tracks, int frames) {
        return new Padding(sizes, manager, tracks, frames);
    }

    /** Whether every video fills the batch. */
    boolean isNone() {
        return sizes.stream().allMatch(size -> size.tracks() == tracks && size.frames() == frames);
    }

    /** Of expressions: {@code videos[e]} is what expression e is about. */
    Padding ofExpressions(int... videos) {
        return new Padding(Arrays.stream(videos).mapToObj(sizes::get).toList(), manager, tracks, frames);
    }

    /** 1 for a track that is there, for the tracks of a frame: (B T', N). */
    NDArray tracksOfFrames() {
        return array(1, 0, false, (size, track, frame) -> track < size.tracks() && frame < size.frames())
                .reshape(-1, tracks);
    }

    /** 1 for a frame that is there, for the frames of a track: (B N, T'). */
    NDArray framesOfTracks() {
        return present().reshape(-1, frames);
    }

    /** 1 for what is there of a video: (B, N T'). */
    NDArray all() {
        return present().reshape(sizes.size(), -1);
    }

    private NDArray present() {
        return array(1, 0, true, (size, track, frame) -> track < size.tracks() && frame < size.frames());
    }

    /** What hides padded tracks from the others of a frame, 0 or -infinity: (B T', 1, 1, N). */
    NDArray hiddenTracks() {
        return array(0, Float.NEGATIVE_INFINITY, false, (size, track, frame) -> track < size.tracks())
                .reshape(-1, 1, 1, tracks);
    }

    /** What hides padded frames from the others of a track, 0 or -infinity: (B N, 1, 1, T'). */
    NDArray hiddenFrames() {
        return array(0, Float.NEGATIVE_INFINITY, true, (size, track, frame) -> frame < size.frames())
                .reshape(-1, 1, 1, frames);
    }

    @FunctionalInterface
    private interface Rule {
        boolean holds(VideoSize size, int track, int frame);
    }

    /** (B, N, T'), or (B, T', N) where tracks do not come first. */
    private NDArray array(float yes, float no, boolean tracksFirst, Rule rule) {
        int each = tracks * frames;
        var values = new float[sizes.size() * each];
        for (int b = 0; b < sizes.size(); b++) {
            for (int n = 0; n < tracks; n++) {
                for (int t = 0; t < frames; t++) {
                    int place = tracksFirst ? n * frames + t : t * tracks + n;
                    values[b * each + place] = rule.holds(sizes.get(b), n, t) ? yes : no;
                }
            }
        }
        return EngineMemory.of(manager, values, new Shape(sizes.size(), each));
    }

    /** The rows of (B N, ..) that are tracks. */
    long[] tracksThatAre() {
        return IntStream.range(0, sizes.size() * tracks)
                .filter(row -> row % tracks < sizes.get(row / tracks).tracks())
                .asLongStream()
                .toArray();
    }

    /** Where each row of (B N, ..) is among the tracks that are; a padded one stands for the first. */
    long[] placesOfTracks() {
        var places = new long[sizes.size() * tracks];
        int next = 0;
        for (int row = 0; row < places.length; row++) {
            places[row] = row % tracks < sizes.get(row / tracks).tracks() ? next++ : 0;
        }
        return places;
    }
}
