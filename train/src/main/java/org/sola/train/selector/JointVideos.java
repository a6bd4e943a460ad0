package org.sola.train.selector;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sola.selector.VideoSize;

/** The videos of several data sets, trained on together as the paper trains on MeViS and Ref-YouTube-VOS. */
public final class JointVideos implements TrainingVideos {
    private final List<Part> parts;
    private final boolean isWeighted;

    private JointVideos(List<Part> parts, boolean isWeighted) {
        this.parts = parts;
        this.isWeighted = isWeighted;
    }

    /**
     * A data set among others.
     *
     * @param name in messages and the run folder
     * @param videos its training videos
     * @param weight its share of the steps in relation to the others' weights, more than 0
     */
    public record Part(String name, TrainingVideos videos, double weight) {
        public Part {
            if (!(weight > 0) || Double.isInfinite(weight)) {
                throw new IllegalArgumentException(
                        "the weight of data set " + name + " is " + weight + ", expected a number above 0");
            }
        }
    }

    /** Every step of every data set once an epoch, whatever the weights. */
    public static JointVideos everyStep(List<Part> parts) {
        return new JointVideos(checked(parts), false);
    }

    /** Steps of each data set in proportion to its weight. */
    public static JointVideos byWeight(List<Part> parts) {
        for (var part : checked(parts)) {
            if (part.videos().size() == 0) {
                throw new TrainingException("data set " + part.name()
                        + " has a weight but no video with tracks; leave it out, or run 'sola precompute' on it");
            }
        }
        return new JointVideos(checked(parts), true);
    }

    private static List<Part> checked(List<Part> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("no data set");
        }
        var first = parts.get(0);
        for (var part : parts) {
            if (!part.videos().tokenOrigin().equals(first.videos().tokenOrigin())
                    && part.videos().size() > 0
                    && first.videos().size() > 0) {
                throw new TrainingException("the object tokens of data set " + part.name() + " come from "
                        + part.videos().tokenOrigin() + ", those of " + first.name() + " from "
                        + first.videos().tokenOrigin() + "; make both caches with one SAM 2");
            }
        }
        return List.copyOf(parts);
    }

    private record Place(Part part, int index) {}

    private Place place(int index) {
        int rest = index;
        for (var part : parts) {
            if (rest < part.videos().size()) {
                return new Place(part, rest);
            }
            rest -= part.videos().size();
        }
        throw new IndexOutOfBoundsException("video " + index + " of " + size());
    }

    @Override
    public int size() {
        return parts.stream().mapToInt(part -> part.videos().size()).sum();
    }

    @Override
    public int expressions(int index) {
        var place = place(index);
        return place.part().videos().expressions(place.index());
    }

    @Override
    public TrainingVideo load(int index) throws IOException {
        var place = place(index);
        return place.part().videos().load(place.index());
    }

    @Override
    public int tokenDim(int index) throws IOException {
        var place = place(index);
        return place.part().videos().tokenDim(place.index());
    }

    @Override
    public VideoSize size(int index) throws IOException {
        var place = place(index);
        return place.part().videos().size(place.index());
    }

    @Override
    public Map<String, String> tokenOrigin() {
        return parts.stream()
                .map(part -> part.videos().tokenOrigin())
                .filter(origin -> !origin.isEmpty())
                .findFirst()
                .orElse(Map.of());
    }

    @Override
    public int set(int index) {
        return parts.indexOf(place(index).part());
    }

    @Override
    public List<Double> weights() {
        return isWeighted ? parts.stream().map(Part::weight).toList() : List.of();
    }

    @Override
    public List<String> summary() {
        var lines = new ArrayList<String>();
        for (var part : parts) {
            String weight = isWeighted ? String.format(Locale.ROOT, ", weight %s", part.weight()) : "";
            part.videos().summary().forEach(line -> lines.add(part.name() + ": " + line + weight));
        }
        return List.copyOf(lines);
    }
}
