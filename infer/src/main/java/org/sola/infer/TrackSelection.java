package org.sola.infer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.sola.dataset.ReferringDataset;
import org.sola.dataset.ReferringVideo;
import org.sola.mask.Rle;
import org.sola.precompute.CacheInfo;
import org.sola.precompute.TokenCache;
import org.sola.precompute.Track;
import org.sola.precompute.VideoSource;
import org.sola.precompute.VideoTracks;

/** SOLA's way: the tracks of a token cache are scored against every expression, those above a threshold are merged. */
public final class TrackSelection implements Backend {
    private final ReferringDataset dataset;
    private final TokenCache cache;
    private final TrackScorer scorer;
    private final float threshold;

    /** @param threshold tracks with a probability above it are taken */
    public TrackSelection(ReferringDataset dataset, TokenCache cache, TrackScorer scorer, float threshold) {
        this.dataset = dataset;
        this.cache = cache;
        this.scorer = scorer;
        this.threshold = threshold;
    }

    @Override
    public String name() {
        return "track selection, " + scorer.name();
    }

    @Override
    public Answers answer(ReferringVideo video) throws IOException, InterruptedException {
        var tracks = tracksForInference(cache.read(video.id()));
        if (!tracks.frameNames().equals(video.frameNames())) {
            throw new IllegalArgumentException("the cache has " + tracks.frames() + " frames from "
                    + tracks.frameNames().get(0) + ", the data set "
                    + video.frameNames().size() + " from "
                    + video.frameNames().get(0) + "; run precompute on this data set");
        }
        var selections = select(scorer, tracks, VideoSource.of(dataset, video), threshold);
        var trackMasks = masksOf(tracks);
        var masks = new ArrayList<List<Rle>>();
        var scores = new ArrayList<VideoScores.ExpressionScores>();
        for (int e = 0; e < selections.size(); e++) {
            var expression = video.expressions().get(e);
            var selection = selections.get(e);
            masks.add(selection.masks(trackMasks, tracks.frames(), tracks.height(), tracks.width()));
            scores.add(new VideoScores.ExpressionScores(
                    expression.id(), expression.text(), boxed(selection.probabilities())));
        }
        var ids = tracks.tracks().stream().map(Track::id).toList();
        return new Answers(masks, new VideoScores(video.id(), threshold, ids, scores)::write, 0);
    }

    @Override
    public Path recordIn(Path predictions, String videoId) {
        return VideoScores.fileIn(predictions, videoId);
    }

    /** The cost of the tracks that were chosen from. */
    @Override
    public MethodCost.Once once(MethodCost.Once before, Set<String> answered) throws IOException {
        var tracked = new ArrayList<String>();
        for (var id : answered) {
            if (cache.contains(id)) {
                tracked.add(id);
            }
        }
        var tracks = CacheInfo.of(cache, tracked);
        return new MethodCost.Once(
                tracks.videos(),
                tracks.seconds(),
                tracks.encoderCalls(),
                tracks.bytesTokens() + tracks.bytesMasks(),
                tracks.peakResidentBytes());
    }

    /** The tracks that may be used to answer: those prompted by the truth are for training. */
    public static VideoTracks tracksForInference(VideoTracks video) {
        return video.only(track -> !track.source().equals(Track.TRUTH));
    }

    /** The masks of all tracks, one a frame each. */
    public static List<List<Rle>> masksOf(VideoTracks video) {
        return video.tracks().stream().map(Track::masks).toList();
    }

    /**
     * What each expression of a video selects, in their order; a video without tracks answers everything with nothing.
     * Where some tracks were found for one expression, the others do not choose from them, and their scores there are 0.
     */
    public static List<Selection> select(TrackScorer scorer, VideoTracks tracks, VideoSource video, float threshold)
            throws IOException, InterruptedException {
        Map<String, String> expressions = new LinkedHashMap<>(video.expressions());
        if (tracks.tracks().stream().allMatch(track -> track.expression().isEmpty())) {
            return select(scorer, tracks, video, List.copyOf(expressions.values()), threshold);
        }
        var selections = new ArrayList<Selection>();
        for (var expression : expressions.entrySet()) {
            String id = expression.getKey();
            var rows = IntStream.range(0, tracks.tracks().size())
                    .filter(row -> tracks.tracks().get(row).serves(id))
                    .toArray();
            var served = tracks.only(track -> track.serves(id));
            var own = select(scorer, served, video, List.of(expression.getValue()), threshold)
                    .get(0)
                    .probabilities();
            var probabilities = new float[tracks.tracks().size()];
            for (int i = 0; i < rows.length; i++) {
                probabilities[rows[i]] = own[i];
            }
            selections.add(Selection.of(probabilities, threshold));
        }
        return selections;
    }

    private static List<Selection> select(
            TrackScorer scorer, VideoTracks tracks, VideoSource video, List<String> texts, float threshold)
            throws IOException, InterruptedException {
        if (tracks.tracks().isEmpty()) {
            return texts.stream()
                    .map(text -> Selection.of(new float[0], threshold))
                    .toList();
        }
        return scorer.score(tracks, video, texts).stream()
                .map(probabilities -> Selection.of(probabilities, threshold))
                .toList();
    }

    private static List<Float> boxed(float[] values) {
        var list = new ArrayList<Float>(values.length);
        for (float value : values) {
            list.add(value);
        }
        return list;
    }
}
