package org.sola.findtrack;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.sola.infer.TrackScorer;
import org.sola.precompute.VideoSource;
import org.sola.precompute.VideoTracks;

/** Several judges of tracks together: the weighted mean of what they say. */
public final class MixedScorer implements TrackScorer {
    private final List<Part> parts;
    private final List<Runnable> closing;

    /**
     * A judge.
     *
     * @param scorer what it says
     * @param weight above 0, relative to the others
     */
    public record Part(TrackScorer scorer, double weight) {
        public Part {
            if (!(weight > 0)) {
                throw new IllegalArgumentException(
                        "the weight of " + scorer.name() + " is " + weight + ", expected a number above 0");
            }
        }
    }

    private MixedScorer(List<Part> parts, List<Runnable> closing) {
        this.parts = parts;
        this.closing = closing;
    }

    /**
     * The judges together.
     *
     * @param parts at least one
     * @param closing what frees them, done when this is closed
     */
    public static MixedScorer of(List<Part> parts, List<Runnable> closing) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("no scorer has a weight above 0");
        }
        return new MixedScorer(List.copyOf(parts), List.copyOf(closing));
    }

    @Override
    public String name() {
        double sum = parts.stream().mapToDouble(Part::weight).sum();
        return parts.stream()
                .map(part -> part.scorer().name()
                        + (parts.size() == 1 ? "" : " x " + Math.round(100 * part.weight() / sum) / 100.0))
                .collect(Collectors.joining(" and "));
    }

    @Override
    public boolean readsWhole(String expression) {
        return parts.stream().allMatch(part -> part.scorer().readsWhole(expression));
    }

    @Override
    public int unknownPieces(String expression) {
        return parts.stream()
                .mapToInt(part -> part.scorer().unknownPieces(expression))
                .max()
                .orElse(0);
    }

    @Override
    public List<float[]> score(VideoTracks tracks, VideoSource video, List<String> expressions)
            throws IOException, InterruptedException {
        double sum = parts.stream().mapToDouble(Part::weight).sum();
        var mixed = new ArrayList<float[]>();
        expressions.forEach(text -> mixed.add(new float[tracks.tracks().size()]));
        for (var part : parts) {
            var own = part.scorer().score(tracks, video, expressions);
            for (int e = 0; e < own.size(); e++) {
                for (int n = 0; n < own.get(e).length; n++) {
                    mixed.get(e)[n] += (float) (part.weight() / sum * own.get(e)[n]);
                }
            }
        }
        return mixed;
    }

    @Override
    public void close() {
        closing.forEach(Runnable::run);
    }
}
