package org.sola.train.selector;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.sola.selector.VideoSize;

/** The videos of a split, loaded one at a time so that a large token cache need not fit in memory. */
public interface TrainingVideos {
    /** Number of videos. */
    int size();

    /** How many expressions video {@code index} has, 0 where it has no track; known without loading its tokens. */
    int expressions(int index);

    /** Reads video {@code index}. */
    TrainingVideo load(int index) throws IOException;

    /** Width of video {@code index}'s object tokens. */
    default int tokenDim(int index) throws IOException {
        return load(index).tokenDim();
    }

    /** Tracks and frames of video {@code index}, about: what videos of like size are put together by. */
    default VideoSize size(int index) throws IOException {
        var video = load(index);
        return new VideoSize(Math.max(1, video.tracks()), Math.max(1, video.frames()));
    }

    /** The data set of video {@code index} where there are several, from 0. */
    default int set(int index) {
        return 0;
    }

    /** Shares of the data sets in an epoch's steps; none where every step is taken once. */
    default List<Double> weights() {
        return List.of();
    }

    /** What is trained on, a line a data set, for the run folder: going on with other data is refused. */
    default List<String> summary() {
        long expressions =
                IntStream.range(0, size()).mapToLong(this::expressions).sum();
        return List.of(size() + " videos, " + expressions + " expressions");
    }

    /** Where the object tokens come from, for the metadata of what is trained on them; empty where that is not known. */
    default Map<String, String> tokenOrigin() {
        return Map.of();
    }

    /** Videos that are in memory. */
    static TrainingVideos of(List<TrainingVideo> videos) {
        return of(videos, Map.of());
    }

    /** Videos that are in memory, whose tokens have this origin. */
    static TrainingVideos of(List<TrainingVideo> videos, Map<String, String> tokenOrigin) {
        var copy = List.copyOf(videos);
        return new TrainingVideos() {
            @Override
            public Map<String, String> tokenOrigin() {
                return tokenOrigin;
            }

            @Override
            public int size() {
                return copy.size();
            }

            @Override
            public int expressions(int index) {
                var video = copy.get(index);
                return video.tracks() == 0 ? 0 : video.expressions().size();
            }

            @Override
            public TrainingVideo load(int index) {
                return copy.get(index);
            }
        };
    }
}
