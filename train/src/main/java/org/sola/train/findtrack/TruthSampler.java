package org.sola.train.findtrack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Function;
import org.sola.dataset.Expression;
import org.sola.dataset.ReferringDataset;
import org.sola.dataset.ReferringVideo;
import org.sola.mask.Rle;

/**
 * The frames of a data set in the order of a fine-tuning ({@code datasets/mevis.py} of FindTrack): every expression at
 * every {@code clipFrames}-th frame, anew shuffled each epoch. Around such a frame and beyond it others are drawn; where
 * none of them shows what is meant another place is taken. All follows from the seed and the number of the step.
 */
final class TruthSampler {
    private static final int NEAR = 3; // frames before and after at most

    private final ReferringDataset dataset;
    private final FineTuningRecipe recipe;
    private final Function<String, long[]> pieces;
    private final List<Place> places;
    private int shuffledEpoch = -1;
    private int[] order = {};

    /** An expression at a frame. */
    private record Place(ReferringVideo video, Expression expression, int frame) {}

    /**
     * @param dataset with masks
     * @param pieces an expression's word pieces, ends included
     */
    TruthSampler(ReferringDataset dataset, FineTuningRecipe recipe, Function<String, long[]> pieces) {
        this.dataset = dataset;
        this.recipe = recipe;
        this.pieces = pieces;
        this.places = new ArrayList<>();
        for (var video : dataset.videos()) {
            for (var expression : video.expressions()) {
                boolean meansSomething =
                        expression.annotationIds().filter(ids -> !ids.isEmpty()).isPresent();
                for (int t = 0; meansSomething && t < video.frameNames().size(); t += recipe.clipFrames()) {
                    places.add(new Place(video, expression, t));
                }
            }
        }
        if (places.isEmpty()) {
            throw new IllegalArgumentException(dataset.root() + " has no expression that means an object");
        }
    }

    int stepsAnEpoch() {
        return (places.size() + recipe.batch() - 1) / recipe.batch();
    }

    /** The frames of a step, the last of an epoch filled up from its beginning. Not for several threads. */
    List<TruthFrame> sample(int step) {
        shuffle(step / stepsAnEpoch());
        var random = new SplittableRandom(recipe.seed() * 19_000_043 + step);
        var frames = new ArrayList<TruthFrame>();
        for (int i = 0; i < recipe.batch(); i++) {
            int at = (step % stepsAnEpoch() * recipe.batch() + i) % places.size();
            frames.add(draw(places.get(order[at]), random));
        }
        return List.copyOf(frames);
    }

    private void shuffle(int epoch) {
        if (epoch == shuffledEpoch) {
            return;
        }
        var random = new SplittableRandom(recipe.seed() * 23_000_009 + epoch);
        order = new int[places.size()];
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        shuffledEpoch = epoch;
    }

    private TruthFrame draw(Place wanted, SplittableRandom random) {
        var place = wanted;
        try {
            while (true) {
                var clip = clip(place.frame(), place.video().frameNames().size(), random);
                int t = clip.first();
                var image = place.video().read(t);
                var truth = dataset.truth(place.video(), place.expression(), image.height(), image.width());
                if (clip.stream().map(truth::get).mapToLong(Rle::areaPixels).sum() > 0) {
                    return new TruthFrame(
                            pieces.apply(place.expression().normalisedText()),
                            image,
                            truth.get(t).decode());
                }
                place = places.get(random.nextInt(places.size()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "video " + place.video().id() + " of " + dataset.root() + ": " + e.getMessage(), e);
        }
    }

    /** The frame, one before, one after and others from outside of these. */
    private TreeSet<Integer> clip(int frame, int frames, SplittableRandom random) {
        var clip = new TreeSet<Integer>(List.of(frame));
        if (recipe.clipFrames() > 1) {
            clip.add(Math.max(0, frame - random.nextInt(1, NEAR + 1)));
            clip.add(Math.min(frames - 1, frame + random.nextInt(1, NEAR + 1)));
        }
        var others = new ArrayList<Integer>();
        for (int t = 0; t < frames; t++) {
            if (t < clip.first() || t >= clip.last()) {
                others.add(t);
            }
        }
        for (int drawn = NEAR; drawn < recipe.clipFrames() && !others.isEmpty(); drawn++) {
            clip.add(others.remove(random.nextInt(others.size())));
        }
        return clip;
    }
}
