package org.sola.findtrack;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.sola.findtrack.FindTrackListener.Stage;
import org.sola.mask.Mask;
import org.sola.mask.Rle;
import org.sola.propagation.EncodedVideo;
import org.sola.propagation.MaskPropagator;
import org.sola.video.Video;

/**
 * FindTrack (Cho et al. 2025): every expression is segmented on a few frames, the frame of the best mask becomes its key
 * frame, and that mask is followed through the video both ways.
 *
 * <p>What no expression changes is computed once a video: candidate frames are read, encoded and prepared once, and the
 * propagator's frame features serve all key frames and both directions. Equal expressions are answered once, and equal
 * masks on one frame are followed once. The published code does all of it anew for each expression, with the same results.
 *
 * <p>Not for several threads at a time. Its networks belong to the caller, who closes them.
 */
public final class FindTrack {
    private final KeyFrameRule rule;
    private final ReferringSegmenter segmenter;
    private final Optional<FrameAligner> aligner;
    private final MaskPropagator propagator;

    private FindTrack(
            KeyFrameRule rule,
            ReferringSegmenter segmenter,
            Optional<FrameAligner> aligner,
            MaskPropagator propagator) {
        this.rule = rule;
        this.segmenter = segmenter;
        this.aligner = aligner;
        this.propagator = propagator;
    }

    /** A rule that weighs alignment. */
    public static FindTrack of(
            KeyFrameRule rule, ReferringSegmenter segmenter, FrameAligner aligner, MaskPropagator propagator) {
        return new FindTrack(rule, segmenter, Optional.of(aligner), propagator);
    }

    /** A rule that does not need alignment. */
    public static FindTrack of(KeyFrameRule rule, ReferringSegmenter segmenter, MaskPropagator propagator) {
        if (rule.needsAlignment()) {
            throw new IllegalArgumentException("the rule weighs alignment by " + rule.alignmentWeight()
                    + ", but there is nothing that computes it");
        }
        return new FindTrack(rule, segmenter, Optional.empty(), propagator);
    }

    /**
     * The answer to an expression.
     *
     * @param expression the sentence
     * @param candidates what was found on the candidate frames, in rising order of frames, none twice
     * @param chosen the candidate that was followed; empty where no candidate frame has a mask
     * @param masks one a frame at the video's size
     */
    public record Answer(String expression, List<Candidate> candidates, Optional<Candidate> chosen, List<Rle> masks) {
        public Answer {
            candidates = List.copyOf(candidates);
            masks = List.copyOf(masks);
        }

        /** Whether the expression means nothing in the video, as far as its candidate frames tell. */
        public boolean isNothing() {
            return chosen.isEmpty() || chosen.get().isEmpty();
        }
    }

    /**
     * What answering took.
     *
     * @param seconds wall time of all
     * @param onceSeconds wall time of what the number of expressions does not change
     * @param encoderCalls frames that went through an image encoder, the segmenter's and the propagator's together
     */
    public record Cost(double seconds, double onceSeconds, long encoderCalls) {}

    /**
     * Everything about a video.
     *
     * @param answers in the order of the expressions
     * @param cost what it took
     */
    public record Result(List<Answer> answers, Cost cost) {
        public Result {
            answers = List.copyOf(answers);
        }
    }

    public KeyFrameRule rule() {
        return rule;
    }

    /** The networks' names, for provenance. */
    public String name() {
        String judge =
                rule.needsAlignment() ? aligner.map(each -> " + " + each.name()).orElse("") : "";
        return segmenter.name() + judge + " + " + propagator.name();
    }

    /** Whether all of the sentence counts. */
    public boolean readsWhole(String expression) {
        return !rule.needsAlignment()
                || aligner.map(each -> each.readsWhole(expression)).orElse(true);
    }

    /**
     * Answers all expressions of a video.
     *
     * @throws InterruptedException if the thread is interrupted on the way
     */
    public Result answer(Video video, List<String> expressions, FindTrackListener listener)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        int frameCount = video.countFrames();
        if (frameCount == 0) {
            throw new IOException("video " + video.id() + " has no frames");
        }
        var texts = List.copyOf(new LinkedHashSet<>(expressions));
        var found = find(video, rule.frames(frameCount), texts, listener);
        var chosen = new LinkedHashMap<String, Optional<Candidate>>();
        for (String text : texts) {
            var candidates = found.of(text);
            chosen.put(
                    text,
                    rule.choose(candidates).stream().mapToObj(candidates::get).findFirst());
        }
        var nothing = Collections.nCopies(frameCount, Rle.empty(video.height(), video.width()));
        var masks = new LinkedHashMap<String, List<Rle>>();
        long calls = found.encoderCalls();
        double once = found.onceSeconds();
        var followed = chosen.values().stream()
                .flatMap(Optional::stream)
                .filter(candidate -> !candidate.isEmpty())
                .map(candidate -> new KeyFrame(candidate.frame(), candidate.mask()))
                .distinct()
                .toList();
        if (!followed.isEmpty()) {
            long opening = System.nanoTime();
            try (var open = propagator.open(video)) {
                once += secondsSince(opening);
                var tracks = follow(open, followed, listener);
                chosen.forEach((text, key) -> key.map(each -> tracks.get(new KeyFrame(each.frame(), each.mask())))
                        .ifPresent(track -> masks.put(text, track)));
                calls += open.encoderCalls();
            }
        }
        var answers = expressions.stream()
                .map(text -> new Answer(text, found.of(text), chosen.get(text), masks.getOrDefault(text, nothing)))
                .toList();
        return new Result(answers, new Cost(secondsSince(start), once, calls));
    }

    /**
     * What the expressions mean on some frames.
     *
     * @param candidates by expression, in rising order of frames
     * @param onceSeconds wall time of what the number of expressions does not change
     * @param encoderCalls frames that went through the segmenter's image encoder
     */
    public record Found(Map<String, List<Candidate>> candidates, double onceSeconds, long encoderCalls) {
        public Found {
            candidates = Collections.unmodifiableMap(new LinkedHashMap<>(candidates));
        }

        /** The candidates of one expression. */
        public List<Candidate> of(String expression) {
            return candidates.getOrDefault(expression, List.of());
        }
    }

    /** Looks for the expressions on frames, which may repeat and are looked at once. */
    public Found find(Video video, List<Integer> frames, List<String> expressions, FindTrackListener listener)
            throws InterruptedException {
        var distinct = List.copyOf(new TreeSet<>(frames));
        var candidates = new LinkedHashMap<String, List<Candidate>>();
        expressions.forEach(text -> candidates.put(text, new ArrayList<>()));
        double once = 0;
        if (expressions.isEmpty()) {
            return new Found(candidates, 0, 0);
        }
        try (var images = video.frames(distinct)) {
            for (int i = 0; i < distinct.size(); i++) {
                requireNotInterrupted("before candidate frame " + distinct.get(i));
                long start = System.nanoTime();
                var image = images.next();
                try (var encoded = segmenter.encode(image)) {
                    once += secondsSince(start);
                    var proposals = encoded.segment(expressions);
                    var masks = proposals.stream()
                            .map(ReferringSegmenter.Proposal::mask)
                            .toList();
                    float[] alignments = new float[expressions.size()];
                    if (rule.needsAlignment() && aligner.isPresent()) {
                        long preparing = System.nanoTime();
                        try (var prepared = aligner.get().prepare(image)) {
                            once += secondsSince(preparing);
                            alignments = align(prepared, masks, expressions);
                        }
                    }
                    for (int e = 0; e < expressions.size(); e++) {
                        candidates
                                .get(expressions.get(e))
                                .add(new Candidate(
                                        distinct.get(i),
                                        Rle.encode(masks.get(e)),
                                        proposals.get(e).confidence(),
                                        alignments[e]));
                    }
                }
                listener.step(Stage.FIND, i + 1, distinct.size());
            }
        }
        return new Found(candidates, once, distinct.size());
    }

    /** Each mask with its own expression; masks that cannot win need not be looked at. */
    private float[] align(FrameAligner.PreparedFrame prepared, List<Mask> masks, List<String> expressions) {
        var rows = new ArrayList<Integer>();
        for (int e = 0; e < masks.size(); e++) {
            if (!rule.skipsEmptyMasks() || !masks.get(e).isEmpty()) {
                rows.add(e);
            }
        }
        var own = new float[masks.size()];
        if (!rows.isEmpty()) {
            var all = prepared.align(
                    rows.stream().map(masks::get).toList(),
                    rows.stream().map(expressions::get).toList());
            for (int i = 0; i < rows.size(); i++) {
                own[rows.get(i)] = all.get(i)[i];
            }
        }
        return own;
    }

    /** Follows key frames, each once, through an open video: a mask a frame for each. */
    public static Map<KeyFrame, List<Rle>> follow(
            EncodedVideo open, List<KeyFrame> keyFrames, FindTrackListener listener) throws InterruptedException {
        var distinct = List.copyOf(new LinkedHashSet<>(keyFrames));
        var starts = distinct.stream()
                .map(key -> new EncodedVideo.Start(key.frame(), key.mask().decode()))
                .toList();
        int all = distinct.size() * open.frameCount();
        var masks = new Rle[distinct.size()][open.frameCount()];
        var done = new int[1];
        try {
            open.propagateEach(starts, (start, frame, mask) -> {
                if (Thread.currentThread().isInterrupted()) {
                    throw new Stopped();
                }
                masks[start][frame] = Rle.encode(mask);
                listener.step(Stage.PROPAGATE, ++done[0], all);
            });
        } catch (Stopped e) {
            requireNotInterrupted("while a mask was followed");
        }
        var byKey = new LinkedHashMap<KeyFrame, List<Rle>>();
        for (int i = 0; i < masks.length; i++) {
            byKey.put(distinct.get(i), List.of(masks[i]));
        }
        return byKey;
    }

    /** Leaves a propagation when the thread was interrupted. */
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;

        Stopped() {
            super("interrupted", null, false, false);
        }
    }

    /** The propagator, for sweeps over rules. */
    public MaskPropagator propagator() {
        return propagator;
    }

    private static void requireNotInterrupted(String where) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("stopped " + where);
        }
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
