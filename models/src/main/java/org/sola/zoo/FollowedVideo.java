package org.sola.zoo;

import java.io.IOException;
import java.util.stream.Stream;
import org.sola.sam2.Direction;
import org.sola.sam2.FeatureStore;
import org.sola.sam2.FrameResult;
import org.sola.sam2.Sam2;
import org.sola.sam2.Sam2VideoPredictor;
import org.sola.sam2.VideoSession;

/**
 * A video whose frames are encoded and whose prompts are given: what the zoo's SAM 2 answers to a {@link PromptedVideo}.
 * Frames are followed when they are asked for. Not thread-safe; the caller closes it, before the model.
 */
public final class FollowedVideo implements AutoCloseable {
    private final FeatureStore features;
    private final VideoSession session;

    private FollowedVideo(FeatureStore features, VideoSession session) {
        this.features = features;
        this.session = session;
    }

    /** Encodes the video, each frame once, and gives the prompts. */
    static FollowedVideo open(Sam2 model, PromptedVideo asked) throws IOException {
        if (asked.prompts().isEmpty()) {
            throw new IllegalArgumentException("nothing is prompted in the video "
                    + asked.video().id() + "; say which objects to follow by PromptedVideo.with");
        }
        var video = asked.video();
        var features = FeatureStore.encode(model, video, FeatureStore.Limits.standard());
        var session = Sam2VideoPredictor.of(model.video()).open(features, video.height(), video.width());
        var opened = new FollowedVideo(features, session);
        try {
            asked.prompts().forEach(given -> session.add(given.objectId(), given.frame(), given.prompt()));
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** How many frames the video has. */
    public int frameCount() {
        return features.frameCount();
    }

    /**
     * All objects on every frame: from the earliest prompted frame to the end, then from the frame before it back to the
     * start. Each frame is computed when the stream comes to it. After a correction in the {@link #session} ask again.
     */
    public Stream<FrameResult> frames() {
        int start = session.earliestPrompted();
        var forward = session.propagate(Direction.FORWARD);
        return start == 0
                ? forward
                : Stream.concat(forward, session.propagate(Direction.REVERSE, start - 1, frameCount()));
    }

    /** The session below, for corrections, further objects and propagating by parts; closed with this. */
    public VideoSession session() {
        return session;
    }

    @Override
    public void close() {
        session.close();
        features.close();
    }
}
