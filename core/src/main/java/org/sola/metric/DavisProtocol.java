package org.sola.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.sola.mask.LabelMap;
import org.sola.mask.Mask;

/**
 * How DAVIS 2017 scores label maps (davis2017-evaluation). The objects of a sequence are 1 up to the largest number in
 * its first true frame; the score of a data set is the plain mean over the objects of all its sequences.
 */
public enum DavisProtocol {
    /**
     * All frames; void pixels count nothing; proposals are matched to objects so that the mean of J and F is greatest.
     * At most 20 proposals. What published Ref-DAVIS17 figures are made with.
     */
    UNSUPERVISED(true, true),
    /** Proposal k is object k; without the first and the last frame; void pixels are background. */
    SEMI_SUPERVISED(false, false),
    /** Proposal k is object k, over all frames with void left out: sees wrong identities that the matching hides. */
    DIRECT(false, true);

    private static final int MOST_PROPOSALS = 20;

    private final boolean matches;
    private final boolean takesAllFrames;

    DavisProtocol(boolean matches, boolean takesAllFrames) {
        this.matches = matches;
        this.takesAllFrames = takesAllFrames;
    }

    /**
     * A sequence to be scored.
     *
     * @param name its id
     * @param truth the true label map of every frame, {@link LabelMap#VOID} included
     * @param prediction the predicted one of every frame
     */
    public record Sequence(String name, List<LabelMap> truth, List<LabelMap> prediction) {
        public Sequence {
            truth = List.copyOf(truth);
            prediction = List.copyOf(prediction);
            if (truth.isEmpty() || truth.size() != prediction.size()) {
                throw new IllegalArgumentException("sequence " + name + ": " + prediction.size()
                        + " predicted frames for " + truth.size() + " true ones");
            }
            for (int t = 0; t < truth.size(); t++) {
                var want = truth.get(t);
                var got = prediction.get(t);
                if (want.height() != got.height() || want.width() != got.width()) {
                    throw new IllegalArgumentException(
                            "sequence " + name + ", frame " + t + ": predicted " + got.height() + "x" + got.width()
                                    + ", expected " + want.height() + "x" + want.width() + " (height x width)");
                }
            }
        }
    }

    /**
     * One object.
     *
     * @param sequence its sequence
     * @param object its number there
     * @param proposal the predicted number it was scored with
     * @param region statistics of J over the frames
     * @param boundary statistics of F over the frames
     */
    public record ObjectScore(
            String sequence, int object, int proposal, SequenceStatistics region, SequenceStatistics boundary) {}

    /** The objects of all sequences and their means. */
    public record Score(List<ObjectScore> objects) {
        public Score {
            objects = List.copyOf(objects);
        }

        /** Means over the objects of J's mean, recall and decay. */
        public SequenceStatistics region() {
            return SequenceStatistics.meanOf(
                    objects.stream().map(ObjectScore::region).toList());
        }

        /** Means over the objects of F's mean, recall and decay. */
        public SequenceStatistics boundary() {
            return SequenceStatistics.meanOf(
                    objects.stream().map(ObjectScore::boundary).toList());
        }

        /** J&amp;F. */
        public double combined() {
            return (region().mean() + boundary().mean()) / 2;
        }
    }

    /** Scores sequences on all cores; the result does not depend on their number. */
    public Score score(List<Sequence> sequences) {
        var objects = new ArrayList<ObjectScore>();
        for (var sequence : sequences) {
            objects.addAll(score(sequence));
        }
        return new Score(objects);
    }

    /** J and F a frame of one proposal against one object. */
    private record Pair(double[] region, double[] boundary) {
        double combined() {
            return (Arrays.stream(region).average().orElse(0)
                            + Arrays.stream(boundary).average().orElse(0))
                    / 2;
        }
    }

    private List<ObjectScore> score(Sequence sequence) {
        int objects = sequence.truth().get(0).largest();
        int found =
                sequence.prediction().stream().mapToInt(LabelMap::largest).max().orElse(0);
        if (matches && found > MOST_PROPOSALS) {
            throw new IllegalArgumentException("sequence " + sequence.name() + ": proposals up to number " + found
                    + ", at most " + MOST_PROPOSALS + " are scored");
        }
        int proposals = matches ? Math.max(found, objects) : objects;
        var pairs = pairs(sequence, objects, proposals);
        int[] proposalOf = IntStream.range(0, objects).toArray();
        if (matches && objects > 0) {
            var gain = new double[objects][proposals];
            for (int object = 0; object < objects; object++) {
                for (int proposal = 0; proposal < proposals; proposal++) {
                    gain[object][proposal] = pairs[object][proposal].combined();
                }
            }
            proposalOf = Assignment.ofGreatestSum(gain);
        }
        var scores = new ArrayList<ObjectScore>();
        for (int object = 0; object < objects; object++) {
            var pair = pairs[object][proposalOf[object]];
            scores.add(new ObjectScore(
                    sequence.name(),
                    object + 1,
                    proposalOf[object] + 1,
                    SequenceStatistics.of(pair.region()),
                    SequenceStatistics.of(pair.boundary())));
        }
        return scores;
    }

    private Pair[][] pairs(Sequence sequence, int objects, int proposals) {
        int first = takesAllFrames ? 0 : 1;
        int frames = sequence.truth().size() - 2 * first;
        if (frames < 1) {
            throw new IllegalArgumentException(
                    "sequence " + sequence.name() + " has no frame between its first and last");
        }
        var pairs = new Pair[objects][proposals];
        for (var row : pairs) {
            Arrays.setAll(row, i -> new Pair(new double[frames], new double[frames]));
        }
        IntStream.range(0, frames).parallel().forEach(t -> {
            var truth = sequence.truth().get(t + first);
            var prediction = sequence.prediction().get(t + first);
            var ignored = takesAllFrames ? truth.mask(LabelMap.VOID) : Mask.empty(truth.height(), truth.width());
            var proposed = new Mask[proposals];
            Arrays.setAll(proposed, i -> prediction.mask(i + 1).minus(ignored));
            for (int object = 0; object < objects; object++) {
                var actual = truth.mask(object + 1);
                for (int proposal = 0; proposal < proposals; proposal++) {
                    if (!matches && proposal != object) {
                        continue;
                    }
                    pairs[object][proposal].region()[t] = RegionSimilarity.of(proposed[proposal], actual);
                    pairs[object][proposal].boundary()[t] = BoundaryAccuracy.of(proposed[proposal], actual);
                }
            }
        });
        return pairs;
    }
}
