package org.sola.sam2;

/** Follows prompted objects through videos: one predictor for any number of sessions, one session a video. */
public final class Sam2VideoPredictor {
    private final Sam2Video video;
    private final VideoSettings settings;

    private Sam2VideoPredictor(Sam2Video video, VideoSettings settings) {
        this.video = video;
        this.settings = settings;
    }

    public static Sam2VideoPredictor of(Sam2Video video) {
        return of(video, VideoSettings.official());
    }

    public static Sam2VideoPredictor of(Sam2Video video, VideoSettings settings) {
        return new Sam2VideoPredictor(video, settings);
    }

    /**
     * Starts on a video.
     *
     * @param frames the video's features, which the caller closes after the session
     * @param height the video's own height in pixels: that of prompts and masks
     * @param width the video's own width in pixels
     */
    public VideoSession open(FrameFeatureSource frames, int height, int width) {
        return open(frames, height, width, (objectId, frame, features) -> {});
    }

    /** As {@link #open(FrameFeatureSource, int, int)}, with someone who watches the memory attention. */
    public VideoSession open(FrameFeatureSource frames, int height, int width, TrackingWatcher watcher) {
        return new VideoSession(video, settings, frames, height, width, watcher);
    }
}
