package org.sola.train.selector;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.training.dataset.Sampler;
import ai.djl.translate.Batchifier;
import ai.djl.translate.TranslateException;
import ai.djl.util.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.sola.selector.VideoSize;
import org.sola.text.TextEncoder;

/**
 * Videos and expressions as DJL's training input. A record is a step with the arrays of {@link StepInput}; it is already
 * a batch, so the batchifier takes exactly one record.
 */
public final class SelectorDataset extends RandomAccessDataset {
    private final TrainingVideos videos;
    private final TextEncoder text;
    private final TrainingRecipe recipe;
    private final List<Part> parts;
    private List<List<Long>> steps; // numbers of parts, see EpochOrder
    private long augmentationSeed;
    private boolean isAugmented;

    /** What a step sees of a video: its expressions {@code from} (inclusive) to {@code to}. */
    private record Part(int video, int from, int to) {}

    private SelectorDataset(Builder builder, TrainingVideos videos, TextEncoder text, TrainingRecipe recipe) {
        super(builder);
        this.videos = videos;
        this.text = text;
        this.recipe = recipe;
        this.parts = parts(videos, recipe.batch() == TrainingRecipe.Batch.PAIR ? 1 : recipe.expressionsPerStep());
        this.steps = eachAlone(parts);
    }

    private static List<List<Long>> eachAlone(List<Part> parts) {
        return LongStream.range(0, parts.size()).mapToObj(List::of).toList();
    }

    /** The steps of {@code videos} in their order; {@link #epoch} shuffles and augments them. */
    public static SelectorDataset of(TrainingVideos videos, TextEncoder text, TrainingRecipe recipe) {
        return new SelectorDataset(new Builder().setSampling(1, false), videos, text, recipe);
    }

    private static final class Builder extends BaseBuilder<Builder> {
        Builder() {
            optDataBatchifier(new OneRecord());
            optLabelBatchifier(new OneRecord());
        }

        @Override
        protected Builder self() {
            return this;
        }
    }

    /** What the steps are of. */
    TrainingVideos videos() {
        return videos;
    }

    /** Where the object tokens come from. */
    Map<String, String> tokenOrigin() {
        return videos.tokenOrigin();
    }

    private static List<Part> parts(TrainingVideos videos, int together) {
        List<Part> parts = new ArrayList<>();
        for (int v = 0; v < videos.size(); v++) {
            int expressions = videos.expressions(v);
            for (int from = 0; from < expressions; from += together) {
                parts.add(new Part(v, from, Math.min(expressions, from + together)));
            }
        }
        return List.copyOf(parts);
    }

    /** Steps of an epoch. */
    int stepsOfEpoch() {
        return (parts.size() + recipe.videosPerStep() - 1) / recipe.videosPerStep();
    }

    /** Steps of an epoch in an order fixed by seed and epoch, without the first {@code skipped}; see {@link EpochOrder}. */
    PrefetchedBatches epoch(NDManager manager, int epoch, int skipped) throws IOException {
        augmentationSeed = recipe.seed() * 1_000_003 + epoch;
        isAugmented = true;
        int[] sets = parts.stream().mapToInt(part -> videos.set(part.video())).toArray();
        var order = EpochOrder.of(sets, videos.weights(), augmentationSeed);
        steps = EpochOrder.together(order, recipe.videosPerStep(), bySize(), augmentationSeed);
        return data(manager, skipped);
    }

    /** By frames and then tracks, of parts by their numbers. */
    private Comparator<Long> bySize() throws IOException {
        var sizes = new HashMap<Integer, VideoSize>();
        if (recipe.videosPerStep() > 1) {
            for (int v = 0; v < videos.size(); v++) {
                sizes.put(v, videos.size(v));
            }
        }
        return Comparator.comparingInt(
                        (Long part) -> sizes.get(part(part).video()).frames())
                .thenComparingInt(part -> sizes.get(part(part).video()).tracks());
    }

    /** Each video's expressions a step, in their order and unchanged. */
    PrefetchedBatches all(NDManager manager) throws IOException {
        isAugmented = false;
        steps = eachAlone(parts);
        return data(manager, 0);
    }

    private PrefetchedBatches data(NDManager manager, int skipped) throws IOException {
        var order = LongStream.range(skipped, steps.size()).boxed().toList();
        return new PrefetchedBatches(manager, own -> batches(own, order), order.size());
    }

    private Iterator<Batch> batches(NDManager manager, List<Long> order) throws IOException {
        try {
            return getData(manager, new InOrder(order)).iterator();
        } catch (TranslateException e) {
            throw new IOException("cannot prepare the training data: " + e.getMessage(), e);
        }
    }

    /** One record after the other. */
    private record InOrder(List<Long> order) implements Sampler {
        @Override
        public Iterator<List<Long>> sample(RandomAccessDataset dataset) {
            return order.stream().map(List::of).iterator();
        }

        @Override
        public int getBatchSize() {
            return 1;
        }
    }

    /** The part of a number of {@link EpochOrder}, which counts on where a part comes again. */
    private Part part(long number) {
        return parts.get((int) (number % parts.size()));
    }

    @Override
    public Record get(NDManager manager, long index) throws IOException {
        var seen = new ArrayList<StepInput.Part>();
        for (long number : steps.get((int) index)) {
            seen.add(seen(number));
        }
        return StepInput.of(manager, seen, text.dimension());
    }

    private StepInput.Part seen(long number) throws IOException {
        var part = part(number);
        var video = videos.load(part.video());
        var view = isAugmented
                ? VideoView.random(video, recipe.augmentation(), new Random(augmentationSeed * 31 + number))
                : VideoView.whole(video);
        var expressions = video.expressions().subList(part.from(), part.to());
        return new StepInput.Part(
                view,
                video.tokenDim(),
                text.encodeAll(
                        expressions.stream().map(TrainingExpression::text).toList()),
                expressions.stream()
                        .map(expression -> expression.labels(recipe.labelThreshold()))
                        .toList());
    }

    /** The videos and the expressions of step {@code index}, for messages. */
    String describe(long index) throws IOException {
        var descriptions = new ArrayList<String>();
        for (long number : steps.get((int) index)) {
            var part = part(number);
            var video = videos.load(part.video());
            descriptions.add("video " + video.id() + ", expressions "
                    + video.expressions().subList(part.from(), part.to()).stream()
                            .map(e -> e.id() + " \"" + e.text() + "\"")
                            .toList());
        }
        return String.join("; ", descriptions);
    }

    /** The expressions of step {@code index}. */
    List<TrainingExpression> expressions(long index) throws IOException {
        var expressions = new ArrayList<TrainingExpression>();
        for (long number : steps.get((int) index)) {
            var part = part(number);
            expressions.addAll(videos.load(part.video()).expressions().subList(part.from(), part.to()));
        }
        return List.copyOf(expressions);
    }

    @Override
    protected long availableSize() {
        return steps.size();
    }

    @Override
    public void prepare(Progress progress) {
        // videos are read as they are needed
    }

    /** Hands one record on; copies, because DJL closes what goes in. */
    private static final class OneRecord implements Batchifier {
        @Override
        public NDList batchify(NDList[] inputs) {
            if (inputs.length != 1) {
                throw new IllegalArgumentException(inputs.length + " records; a step is already a batch");
            }
            var copy = new NDList();
            inputs[0].forEach(array -> copy.add(array.duplicate()));
            return copy;
        }

        @Override
        public NDList[] unbatchify(NDList inputs) {
            return new NDList[] {inputs};
        }

        @Override
        public NDList[] split(NDList list, int numOfSlices, boolean evenSplit) {
            return new NDList[] {list};
        }
    }
}
