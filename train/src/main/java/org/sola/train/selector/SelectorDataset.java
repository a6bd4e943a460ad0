package org.sola.train.selector;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.training.dataset.Sampler;
import ai.djl.translate.Batchifier;
import ai.djl.translate.TranslateException;
import ai.djl.util.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.sola.tensor.EngineMemory;
import org.sola.text.TextEncoder;
import org.sola.text.TextTokens;

/**
 * Videos and expressions as DJL's training input. A record is a step: data are the object tokens (1, N, T, D), the text
 * tokens (E, W, C) padded with zeros and the word counts (E); labels are 0 or 1 a track (E, N) and the mean text token of
 * each expression (E, C). A step is already a batch, so the batchifier takes exactly one record.
 */
public final class SelectorDataset extends RandomAccessDataset {
    private final TrainingVideos videos;
    private final TextEncoder text;
    private final TrainingRecipe recipe;
    private final List<Step> steps;
    private long augmentationSeed;
    private boolean isAugmented;

    /** Expressions {@code from} (inclusive) to {@code to} of a video. */
    private record Step(int video, int from, int to) {}

    private SelectorDataset(Builder builder, TrainingVideos videos, TextEncoder text, TrainingRecipe recipe) {
        super(builder);
        this.videos = videos;
        this.text = text;
        this.recipe = recipe;
        this.steps = steps(videos, recipe.batch() == TrainingRecipe.Batch.PAIR ? 1 : recipe.expressionsPerStep());
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

    private static List<Step> steps(TrainingVideos videos, int together) {
        List<Step> steps = new ArrayList<>();
        for (int v = 0; v < videos.size(); v++) {
            int expressions = videos.expressions(v);
            for (int from = 0; from < expressions; from += together) {
                steps.add(new Step(v, from, Math.min(expressions, from + together)));
            }
        }
        return List.copyOf(steps);
    }

    /** Steps of an epoch in an order fixed by seed and epoch, without the first {@code skipped}; see {@link EpochOrder}. */
    Iterable<Batch> epoch(NDManager manager, int epoch, int skipped) throws IOException {
        augmentationSeed = recipe.seed() * 1_000_003 + epoch;
        isAugmented = true;
        int[] sets = steps.stream().mapToInt(step -> videos.set(step.video())).toArray();
        var order = EpochOrder.of(sets, videos.weights(), augmentationSeed);
        return data(manager, order.subList(skipped, order.size()));
    }

    /** All steps in their order, unchanged. */
    Iterable<Batch> all(NDManager manager) throws IOException {
        isAugmented = false;
        return data(manager, LongStream.range(0, steps.size()).boxed().toList());
    }

    private Iterable<Batch> data(NDManager manager, List<Long> order) throws IOException {
        try {
            return getData(manager, new InOrder(order));
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

    /** The step of a number of {@link EpochOrder}, which counts on where a step comes again. */
    private Step step(long index) {
        return steps.get((int) (index % steps.size()));
    }

    @Override
    public Record get(NDManager manager, long index) throws IOException {
        var step = step(index);
        var video = videos.load(step.video());
        var view = isAugmented
                ? VideoView.random(video, recipe.augmentation(), new Random(augmentationSeed * 31 + index))
                : VideoView.whole(video);
        var expressions = video.expressions().subList(step.from(), step.to());
        var encoded = text.encodeAll(
                expressions.stream().map(TrainingExpression::text).toList());
        int words = encoded.stream().mapToInt(TextTokens::words).max().orElseThrow();
        int width = text.dimension();
        var rows = new float[encoded.size() * words * width];
        var means = new float[encoded.size() * width];
        var counts = new long[encoded.size()];
        var labels = new float[encoded.size() * view.tracks()];
        for (int e = 0; e < encoded.size(); e++) {
            encoded.get(e).copyTo(rows, e * words * width);
            System.arraycopy(encoded.get(e).pooled(), 0, means, e * width, width);
            counts[e] = encoded.get(e).words();
            view.pick(expressions.get(e).labels(recipe.labelThreshold()), labels, e * view.tracks());
        }
        var data = new NDList(
                EngineMemory.of(manager, view.tokens(), new Shape(1, view.tracks(), view.frames(), video.tokenDim())),
                EngineMemory.of(manager, rows, new Shape(counts.length, words, width)),
                manager.create(counts, new Shape(counts.length)));
        var targets = new NDList(
                EngineMemory.of(manager, labels, new Shape(counts.length, view.tracks())),
                EngineMemory.of(manager, means, new Shape(counts.length, width)));
        return new Record(data, targets);
    }

    /** The word counts of a step, from its data. */
    static int[] counts(NDArray words) {
        return Arrays.stream(words.toLongArray()).mapToInt(Math::toIntExact).toArray();
    }

    /** The video and the expressions of step {@code index}, for messages. */
    String describe(long index) throws IOException {
        var step = step(index);
        var video = videos.load(step.video());
        return "video " + video.id() + ", expressions "
                + video.expressions().subList(step.from(), step.to()).stream()
                        .map(e -> e.id() + " \"" + e.text() + "\"")
                        .toList();
    }

    /** The expressions of step {@code index}. */
    List<TrainingExpression> expressions(long index) throws IOException {
        var step = step(index);
        return videos.load(step.video()).expressions().subList(step.from(), step.to());
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
