package org.sola.findtrack;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sola.infer.TrackScorer;
import org.sola.mask.Mask;
import org.sola.precompute.Track;
import org.sola.precompute.VideoSource;
import org.sola.precompute.VideoTracks;

/**
 * Judges tracks by what they show: each is looked at on the candidate frame where it is largest, and its mask there is held
 * against every expression. The best track of an expression gets 1, the others {@code exp(sharpness (a - best))}.
 *
 * <p>Looking at the tracks costs the same for one expression and for many.
 */
public final class AlignmentScorer implements TrackScorer {
    private final FrameAligner aligner;
    private final int candidates;

    /**
     * A scorer whose aligner stays the caller's.
     *
     * @param candidates frames of a video on which tracks may be looked at, from 2
     */
    public AlignmentScorer(FrameAligner aligner, int candidates) {
        this.aligner = aligner;
        this.candidates = candidates;
    }

    @Override
    public String name() {
        return aligner.name();
    }

    @Override
    public boolean readsWhole(String expression) {
        return aligner.readsWhole(expression);
    }

    @Override
    public List<float[]> score(VideoTracks tracks, VideoSource video, List<String> expressions)
            throws IOException, InterruptedException {
        var rows = alignments(tracks, video, expressions);
        var scores = new ArrayList<float[]>();
        for (int e = 0; e < expressions.size(); e++) {
            scores.add(relativeToBest(rows, e, tracks.tracks().size()));
        }
        return scores;
    }

    private float[] relativeToBest(Map<Integer, float[]> rows, int expression, int tracks) {
        double best =
                rows.values().stream().mapToDouble(row -> row[expression]).max().orElse(0);
        var scores = new float[tracks];
        rows.forEach((track, row) -> scores[track] = (float) Math.exp(aligner.sharpness() * (row[expression] - best)));
        return scores;
    }

    /** For every track that is seen on a candidate frame, its alignment with every expression. */
    private Map<Integer, float[]> alignments(VideoTracks tracks, VideoSource video, List<String> expressions)
            throws IOException, InterruptedException {
        var byFrame = new TreeMap<Integer, List<Integer>>();
        var frames = new KeyFrameRule(KeyFrameChoice.BEST, candidates, 0, 1, true).frames(tracks.frames());
        for (int row = 0; row < tracks.tracks().size(); row++) {
            int frame = largestOn(frames, tracks.tracks().get(row));
            if (frame >= 0) {
                byFrame.computeIfAbsent(frame, key -> new ArrayList<>()).add(row);
            }
        }
        var found = new LinkedHashMap<Integer, float[]>();
        try (var images = video.open().frames(List.copyOf(byFrame.keySet()))) {
            for (var entry : byFrame.entrySet()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("stopped before frame " + entry.getKey());
                }
                List<Mask> masks = entry.getValue().stream()
                        .map(row -> tracks.tracks()
                                .get(row)
                                .masks()
                                .get(entry.getKey())
                                .decode())
                        .toList();
                try (var prepared = aligner.prepare(images.next())) {
                    var rows = prepared.align(masks, expressions);
                    for (int i = 0; i < rows.size(); i++) {
                        found.put(entry.getValue().get(i), rows.get(i));
                    }
                }
            }
        }
        return found;
    }

    /** The frame where the track has most pixels, the first of equals; -1 where it is on none. */
    private static int largestOn(List<Integer> frames, Track track) {
        int best = -1;
        long most = 0;
        for (int frame : frames) {
            long pixels = track.masks().get(frame).areaPixels();
            if (pixels > most) {
                best = frame;
                most = pixels;
            }
        }
        return best;
    }

    @Override
    public void close() {
        // the aligner is the caller's
    }
}
