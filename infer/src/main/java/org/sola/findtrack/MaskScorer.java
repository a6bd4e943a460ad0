package org.sola.findtrack;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.sola.infer.TrackScorer;
import org.sola.mask.Rle;
import org.sola.precompute.VideoSource;
import org.sola.precompute.VideoTracks;

/**
 * Judges tracks by FindTrack's answer: the IoU of the track with the answer's masks, their pixels added up over all
 * frames. FindTrack says what is meant, the tracks say where exactly it is.
 */
public final class MaskScorer implements TrackScorer {
    private final FindTrack findTrack;

    /** The networks stay the caller's. */
    public MaskScorer(FindTrack findTrack) {
        this.findTrack = findTrack;
    }

    @Override
    public String name() {
        return findTrack.name();
    }

    @Override
    public boolean readsWhole(String expression) {
        return findTrack.readsWhole(expression);
    }

    @Override
    public List<float[]> score(VideoTracks tracks, VideoSource video, List<String> expressions)
            throws IOException, InterruptedException {
        var result = findTrack.answer(video.open(), expressions, (stage, done, of) -> {});
        var scores = new ArrayList<float[]>();
        for (var answer : result.answers()) {
            if (answer.masks().size() != tracks.frames()) {
                throw new IOException("the video has " + answer.masks().size() + " frames, its tracks have "
                        + tracks.frames() + "; run precompute on it again");
            }
            var row = new float[tracks.tracks().size()];
            for (int n = 0; n < row.length; n++) {
                row[n] = agreement(tracks.tracks().get(n).masks(), answer.masks());
            }
            scores.add(row);
        }
        return scores;
    }

    /** 0..1; two that are empty throughout agree on nothing. */
    static float agreement(List<Rle> track, List<Rle> answer) {
        long common = 0;
        long all = 0;
        for (int t = 0; t < track.size(); t++) {
            long both = track.get(t).intersectionPixels(answer.get(t));
            common += both;
            all += track.get(t).areaPixels() + answer.get(t).areaPixels() - both;
        }
        return all == 0 ? 0 : (float) ((double) common / all);
    }

    @Override
    public void close() {
        // its networks are the caller's
    }
}
