package org.sola.infer;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.sola.dataset.ReferringDataset;
import org.sola.dataset.ReferringVideo;
import org.sola.mask.Rle;
import org.sola.precompute.CacheInfo;
import org.sola.precompute.ProcessMemory;
import org.sola.precompute.TokenCache;
import org.sola.precompute.Track;
import org.sola.precompute.VideoTracks;

/**
 * Answers every expression of a data set from a token cache: scores, selection, masks. Expressions that have their masks
 * already are left as they are, so a stopped run goes on; one broken video does not cost the others.
 */
public final class DatasetInference {
    private final ReferringDataset dataset;
    private final TokenCache cache;
    private final TrackScorer scorer;
    private final float threshold;

    public DatasetInference(ReferringDataset dataset, TokenCache cache, TrackScorer scorer, float threshold) {
        this.dataset = dataset;
        this.cache = cache;
        this.scorer = scorer;
        this.threshold = threshold;
    }

    /** Told about each video: its id, how many are done, and whether it was there already. */
    @FunctionalInterface
    public interface Listener {
        void done(String videoId, int videos, boolean wasThere);
    }

    /**
     * What was done.
     *
     * @param videos videos whose expressions are all answered
     * @param expressions expressions answered, those that were there included
     * @param failures a line for each video that could not be answered
     */
    public record Outcome(int videos, int expressions, List<String> failures) {
        public Outcome {
            failures = List.copyOf(failures);
        }
    }

    /** Answers all, writing into {@code submission}, with what it cost beside the masks. */
    public Outcome run(Submission submission, Listener listener) throws IOException, InterruptedException {
        var answered = new HashMap<String, MethodCost.Answered>();
        MethodCost.in(submission.root()).ifPresent(before -> answered.putAll(before.videos()));
        try {
            return run(submission, listener, answered);
        } finally {
            boolean isInterrupted = Thread.interrupted(); // files cannot be written as long as it is set
            if (!answered.isEmpty()) {
                cost(answered).write(submission.root());
            }
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Outcome run(Submission submission, Listener listener, Map<String, MethodCost.Answered> answered)
            throws InterruptedException {
        var failures = new ArrayList<String>();
        dataset.problems().forEach(problem -> failures.add(problem.toString()));
        int videos = 0;
        int expressions = 0;
        int seen = 0;
        for (var video : dataset.videos()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped before video " + video.id());
            }
            seen++;
            try {
                boolean wasThere = isDone(video, submission);
                if (!wasThere) {
                    long start = System.nanoTime();
                    answer(video, submission);
                    answered.put(
                            video.id(),
                            new MethodCost.Answered(video.expressions().size(), (System.nanoTime() - start) / 1e9, 0));
                }
                videos++;
                expressions += video.expressions().size();
                listener.done(video.id(), seen, wasThere);
            } catch (java.nio.channels.ClosedByInterruptException e) {
                throw new InterruptedException("stopped in video " + video.id());
            } catch (IOException | RuntimeException e) {
                failures.add("video " + video.id() + ": " + e.getMessage());
            }
        }
        return new Outcome(videos, expressions, failures);
    }

    /** The answers' cost, with that of the tracks they were chosen from. */
    private MethodCost cost(Map<String, MethodCost.Answered> answered) throws IOException {
        var tracked = new ArrayList<String>();
        for (var id : answered.keySet()) {
            if (cache.contains(id)) {
                tracked.add(id);
            }
        }
        var tracks = CacheInfo.of(cache, tracked);
        var once = new MethodCost.Once(
                tracks.videos(),
                tracks.seconds(),
                tracks.encoderCalls(),
                tracks.bytesTokens() + tracks.bytesMasks(),
                tracks.peakResidentBytes());
        long peak = ProcessMemory.peakResidentBytes().orElse(0);
        return new MethodCost("track selection, " + scorer.name(), once, answered, peak);
    }

    private static boolean isDone(ReferringVideo video, Submission submission) {
        return Files.isRegularFile(VideoScores.fileIn(submission.root(), video.id()))
                && video.expressions().stream().allMatch(each -> submission.has(video.id(), each.id()));
    }

    private void answer(ReferringVideo video, Submission submission) throws IOException {
        var tracks = tracksForInference(cache.read(video.id()));
        if (!tracks.frameNames().equals(video.frameNames())) {
            throw new IllegalArgumentException("the cache has " + tracks.frames() + " frames from "
                    + tracks.frameNames().get(0) + ", the data set "
                    + video.frameNames().size() + " from "
                    + video.frameNames().get(0) + "; run precompute on this data set");
        }
        var texts = new LinkedHashMap<String, String>();
        video.expressions().forEach(each -> texts.put(each.id(), each.text()));
        var selections = select(scorer, tracks, texts, threshold);
        var masks = masksOf(tracks);
        var scores = new ArrayList<VideoScores.ExpressionScores>();
        for (int e = 0; e < selections.size(); e++) {
            var expression = video.expressions().get(e);
            var selection = selections.get(e);
            submission.write(
                    video.id(),
                    expression.id(),
                    video.frameNames(),
                    selection.masks(masks, tracks.frames(), tracks.height(), tracks.width()));
            scores.add(new VideoScores.ExpressionScores(
                    expression.id(), expression.text(), boxed(selection.probabilities())));
        }
        new VideoScores(
                        video.id(),
                        threshold,
                        tracks.tracks().stream().map(Track::id).toList(),
                        scores)
                .write(VideoScores.fileIn(submission.root(), video.id()));
    }

    /** The tracks that may be used to answer: those prompted by the truth are for training. */
    public static VideoTracks tracksForInference(VideoTracks video) {
        return video.only(track -> !track.source().equals(Track.TRUTH));
    }

    /** The masks of all tracks, one a frame each. */
    public static List<List<Rle>> masksOf(VideoTracks video) {
        return video.tracks().stream().map(Track::masks).toList();
    }

    /** What each expression selects; a video without tracks answers everything with nothing. */
    public static List<Selection> select(TrackScorer scorer, VideoTracks video, List<String> texts, float threshold) {
        if (video.tracks().isEmpty()) {
            return texts.stream()
                    .map(text -> Selection.of(new float[0], threshold))
                    .toList();
        }
        return scorer.score(video, texts).stream()
                .map(probabilities -> Selection.of(probabilities, threshold))
                .toList();
    }

    /**
     * The same where some tracks were found for one expression: the others do not choose from them, and their scores there
     * are 0.
     *
     * @param expressions texts by id, in the order of the answers
     */
    public static List<Selection> select(
            TrackScorer scorer, VideoTracks video, Map<String, String> expressions, float threshold) {
        if (video.tracks().stream().allMatch(track -> track.expression().isEmpty())) {
            return select(scorer, video, List.copyOf(expressions.values()), threshold);
        }
        var selections = new ArrayList<Selection>();
        expressions.forEach((id, text) -> {
            var rows = IntStream.range(0, video.tracks().size())
                    .filter(row -> video.tracks().get(row).serves(id))
                    .toArray();
            var own = select(scorer, video.only(track -> track.serves(id)), List.of(text), threshold)
                    .get(0)
                    .probabilities();
            var probabilities = new float[video.tracks().size()];
            for (int i = 0; i < rows.length; i++) {
                probabilities[rows[i]] = own[i];
            }
            selections.add(Selection.of(probabilities, threshold));
        });
        return selections;
    }

    private static List<Float> boxed(float[] values) {
        var list = new ArrayList<Float>(values.length);
        for (float value : values) {
            list.add(value);
        }
        return list;
    }
}
