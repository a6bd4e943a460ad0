package org.sola.findtrack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.sola.dataset.Expression;
import org.sola.dataset.ReferringVideo;
import org.sola.infer.Backend;
import org.sola.infer.MethodCost;
import org.sola.mask.Rle;

/** Answers a data set by {@link FindTrack}; it needs no token cache. */
public final class FindTrackBackend implements Backend {
    private final FindTrack findTrack;
    private final FindTrackListener listener;
    private int videos;
    private double seconds;
    private long encoderCalls;

    /** The networks stay the caller's. */
    public FindTrackBackend(FindTrack findTrack, FindTrackListener listener) {
        this.findTrack = findTrack;
        this.listener = listener;
    }

    @Override
    public String name() {
        return "key frame and propagation, " + findTrack.name();
    }

    @Override
    public Answers answer(ReferringVideo video) throws IOException, InterruptedException {
        var texts = video.expressions().stream().map(Expression::text).toList();
        var result = findTrack.answer(video.open(), texts, listener);
        var masks = new ArrayList<List<Rle>>();
        var keyFrames = new ArrayList<VideoKeyFrames.ExpressionKeyFrame>();
        for (int e = 0; e < texts.size(); e++) {
            var answer = result.answers().get(e);
            if (answer.masks().size() != video.frameNames().size()) {
                throw new IOException("the video has " + answer.masks().size() + " frames, the data set lists "
                        + video.frameNames().size());
            }
            masks.add(answer.masks());
            keyFrames.add(VideoKeyFrames.of(video.expressions().get(e).id(), answer, findTrack.rule()));
        }
        videos++;
        seconds += result.cost().onceSeconds();
        encoderCalls += result.cost().encoderCalls();
        var record = new VideoKeyFrames(video.id(), keyFrames);
        return new Answers(masks, record::write, result.cost().onceSeconds());
    }

    @Override
    public Path recordIn(Path predictions, String videoId) {
        return VideoKeyFrames.fileIn(predictions, videoId);
    }

    /** Candidate frames and frame features; nothing is kept of them. */
    @Override
    public MethodCost.Once once(MethodCost.Once before, Set<String> answered) {
        return new MethodCost.Once(
                before.videos() + videos, before.seconds() + seconds, before.encoderCalls() + encoderCalls, 0, 0);
    }
}
