package org.sola.precompute;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sola.mask.Rle;
import org.sola.video.Video;
import org.sola.video.VideoException;

/** Tracks that depend on the video's id alone, at once and without a network. */
final class FakeTracker implements VideoTracker {
    private final Set<String> broken;

    FakeTracker(String... broken) {
        this.broken = Set.of(broken);
    }

    @Override
    public Fingerprint fingerprint() {
        return SampleVideos.FINGERPRINT;
    }

    @Override
    public String promptSources() {
        return "grid";
    }

    @Override
    public TrackedVideo track(VideoSource video, TrackingProgress progress) throws IOException {
        if (broken.contains(video.id())) {
            throw new VideoException(Path.of(video.id()), "ends in the middle of a frame");
        }
        for (int t = 0; t < 6; t++) {
            progress.step(TrackingProgress.Stage.ENCODE, t + 1, 6);
        }
        var tracks = SampleVideos.video(video.id(), 3, video.id().hashCode());
        return new TrackedVideo(tracks, 9, 6, new TrackedVideo.Cost(0.4, 0.1, 0.1, 0, 0.2));
    }

    static List<VideoSource> videos(String... ids) {
        return java.util.Arrays.stream(ids).map(FakeTracker::source).toList();
    }

    private static VideoSource source(String id) {
        return new VideoSource() {
            @Override
            public String id() {
                return id;
            }

            @Override
            public Video open() {
                throw new UnsupportedOperationException();
            }

            @Override
            public List<String> frameNames(int count) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Map<String, List<Rle>> objects(int height, int width) {
                return Map.of();
            }

            @Override
            public String stamp() {
                return "6 files, " + id.length() + " bytes";
            }
        };
    }
}
