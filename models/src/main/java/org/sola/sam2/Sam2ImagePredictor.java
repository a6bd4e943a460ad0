package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sola.image.RgbImage;
import org.sola.mask.Mask;
import org.sola.sam2.Prompt.BoxPrompt;
import org.sola.sam2.Prompt.Click;
import org.sola.sam2.Prompt.MaskPrompt;
import org.sola.sam2.Prompt.PointPrompt;
import org.sola.tensor.Kernels;

/**
 * Segments what prompts point at in one image, which is encoded once. Not for several threads at a time; close it to
 * free the features.
 */
public final class Sam2ImagePredictor implements AutoCloseable {
    private static final float LOGIT_LIMIT = 32f;
    private static final float PROMPT_LOGIT = 10f;

    private final Sam2Image model;
    private final NDManager manager;
    private FrameFeatures features; // null until an image is set
    private int height;
    private int width;
    private boolean ownsFeatures;

    private Sam2ImagePredictor(Sam2Image model, NDManager manager) {
        this.model = model;
        this.manager = manager;
    }

    public static Sam2ImagePredictor of(Sam2Image model) {
        return new Sam2ImagePredictor(model, model.noMemEmbed().getManager().newSubManager());
    }

    /**
     * Masks of one prompt.
     *
     * @param masks at the image's size: three, or one
     * @param ious the masks' predicted IoU, 0..1
     * @param lowResLogits a row-major (S/4, S/4) map per mask, within +-32, for refining
     */
    public record Prediction(List<Mask> masks, List<Float> ious, List<float[]> lowResLogits) {
        public Prediction {
            masks = List.copyOf(masks);
            ious = List.copyOf(ious);
            lowResLogits = List.copyOf(lowResLogits);
        }

        /** Place of the largest predicted IoU. */
        public int best() {
            int best = 0;
            for (int i = 1; i < ious.size(); i++) {
                best = ious.get(i) > ious.get(best) ? i : best;
            }
            return best;
        }
    }

    /**
     * Masks of B prompts as arrays.
     *
     * @param logits (B, M, H, W) at the image's size
     * @param ious (B, M)
     * @param lowRes (B, M, S/4, S/4), within +-32
     */
    public record Logits(NDArray logits, NDArray ious, NDArray lowRes) {}

    /** Encodes the image; the former one is dropped. */
    public void setImage(RgbImage image) {
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var input = ImageInput.resized(manager, image, model.config().imageSize());
            var encoded = model.imageEncoder().forward(input).keep(manager);
            set(encoded, image.height(), image.width(), true);
        }
    }

    /**
     * Takes features that are there already; they stay the caller's.
     *
     * @param height rows of the image that prompts and masks refer to
     * @param width its columns
     */
    public void setFeatures(FrameFeatures encoded, int height, int width) {
        set(encoded, height, width, false);
    }

    private void set(FrameFeatures encoded, int newHeight, int newWidth, boolean owns) {
        if (ownsFeatures) {
            features.close();
        }
        features = encoded;
        height = newHeight;
        width = newWidth;
        ownsFeatures = owns;
    }

    /** The image's features. */
    public FrameFeatures features() {
        if (features == null) {
            throw new IllegalStateException("no image is set; call setImage first");
        }
        return features;
    }

    /** Masks of one prompt: three of them, for ambiguous prompts, or one. */
    public Prediction predict(Prompt prompt, boolean multimask) {
        return predict(prompt, multimask, Optional.empty());
    }

    /** As above, refining earlier low-resolution logits, a row-major (S/4, S/4) map. */
    public Prediction predict(Prompt prompt, boolean multimask, Optional<float[]> earlierLogits) {
        check(prompt);
        earlierLogits.ifPresent(this::check);
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            int side = model.config().lowResSize();
            var dense = earlierLogits.map(logits -> manager.create(logits, new Shape(1, 1, side, side)));
            if (prompt instanceof MaskPrompt masked && dense.isEmpty()) {
                dense = Optional.of(lowResLogits(masked.mask()));
            }
            var points = points(List.of(prompt));
            var sparse = points.isEmpty()
                    ? model.promptEncoder().noPoints(1)
                    : model.promptEncoder()
                            .points(points.get().coordinates(), points.get().labels());
            return predictions(predict(sparse, dense, multimask)).get(0);
        }
    }

    /**
     * Masks of several prompts, decoded together where they have equally many points.
     *
     * @return a prediction per prompt, in their order
     */
    public List<Prediction> predict(List<? extends Prompt> prompts, boolean multimask) {
        prompts.forEach(this::check);
        var results = new ArrayList<Prediction>(java.util.Collections.nCopies(prompts.size(), null));
        var groups = new java.util.TreeMap<Integer, List<Integer>>();
        for (int i = 0; i < prompts.size(); i++) {
            groups.computeIfAbsent(corners(prompts.get(i)).size(), n -> new ArrayList<>())
                    .add(i);
        }
        for (var group : groups.entrySet()) {
            if (group.getKey() == 0) { // masks: each its own dense embedding
                group.getValue().forEach(i -> results.set(i, predict(prompts.get(i), multimask)));
                continue;
            }
            try (var scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                var points = points(group.getValue().stream().map(prompts::get).toList())
                        .orElseThrow();
                var sparse = model.promptEncoder().points(points.coordinates(), points.labels());
                var found = predictions(predict(sparse, Optional.empty(), multimask));
                for (int i = 0; i < found.size(); i++) {
                    results.set(group.getValue().get(i), found.get(i));
                }
            }
        }
        return List.copyOf(results);
    }

    private void check(Prompt prompt) {
        features(); // an image must be set
        new PromptSize(height, width, model.config().imageSize()).check(prompt, "the image");
    }

    private void check(float[] earlierLogits) {
        int side = model.config().lowResSize();
        if (earlierLogits.length != side * side) {
            throw new IllegalArgumentException("earlier logits are a map of " + side + "x" + side + " values, not of "
                    + earlierLogits.length + " values");
        }
        for (float logit : earlierLogits) {
            if (Float.isNaN(logit)) {
                throw new IllegalArgumentException("earlier logits must be numbers; one of them is NaN");
            }
        }
    }

    /**
     * Masks of B embedded prompts, as arrays in the scope around this call.
     *
     * @param sparse (B, N, C), N may be 0
     * @param maskLogits (B, 1, S/4, S/4), if the prompts have masks
     */
    public Logits predict(NDArray sparse, Optional<NDArray> maskLogits, boolean multimask) {
        var encoder = model.promptEncoder();
        var dense = maskLogits.map(encoder::mask).orElseGet(encoder::noMask);
        var choice = model.maskDecoder().choose(model.decode(features(), sparse, dense), multimask);
        return new Logits(
                Kernels.bilinear(choice.masks(), height, width),
                choice.ious(),
                choice.masks().clip(-LOGIT_LIMIT, LOGIT_LIMIT));
    }

    /**
     * Points as the prompt encoder takes them.
     *
     * @param coordinates (B, N, 2), pixels of the network input
     * @param labels (B, N)
     */
    private record Points(NDArray coordinates, NDArray labels) {}

    /** A labelled place in the image. */
    private record Corner(double x, double y, int label) {}

    private static List<Corner> corners(Prompt prompt) {
        var corners = new ArrayList<Corner>();
        List<Click> clicks = List.of();
        if (prompt instanceof BoxPrompt box) { // a box is two points, before the clicks
            corners.add(new Corner(box.left(), box.top(), PromptEncoder.TOP_LEFT));
            corners.add(new Corner(box.right(), box.bottom(), PromptEncoder.BOTTOM_RIGHT));
            clicks = box.clicks();
        } else if (prompt instanceof PointPrompt point) {
            clicks = point.clicks();
        }
        for (var click : clicks) {
            int label = click.isPositive() ? PromptEncoder.OBJECT : PromptEncoder.BACKGROUND;
            corners.add(new Corner(click.x(), click.y(), label));
        }
        return corners;
    }

    /** All prompts must have equally many points; empty if that is none. */
    private Optional<Points> points(List<? extends Prompt> prompts) {
        int n = corners(prompts.get(0)).size();
        if (n == 0) {
            return Optional.empty();
        }
        int size = model.config().imageSize();
        var coordinates = new float[prompts.size() * n * 2];
        var labels = new float[prompts.size() * n];
        for (int i = 0; i < prompts.size(); i++) {
            var corners = corners(prompts.get(i));
            for (int j = 0; j < n; j++) {
                var corner = corners.get(j);
                int at = i * n + j;
                coordinates[2 * at] = (float) corner.x() / width * size;
                coordinates[2 * at + 1] = (float) corner.y() / height * size;
                labels[at] = corner.label();
            }
        }
        return Optional.of(new Points(
                manager.create(coordinates, new Shape(prompts.size(), n, 2)),
                manager.create(labels, new Shape(prompts.size(), n))));
    }

    /** The logits that stand for a whole mask, +-10, at low resolution. */
    private NDArray lowResLogits(Mask mask) {
        var values = new float[mask.height() * mask.width()];
        for (int i = 0; i < values.length; i++) {
            values[i] = mask.get(i / mask.width(), i % mask.width()) ? PROMPT_LOGIT : -PROMPT_LOGIT;
        }
        int side = model.config().lowResSize();
        var full = manager.create(values, new Shape(1, 1, mask.height(), mask.width()));
        return Kernels.bilinearAntialiased(full, side, side);
    }

    private List<Prediction> predictions(Logits found) {
        var shape = found.lowRes().getShape();
        int count = (int) shape.get(1);
        int lowPixels = (int) (shape.get(2) * shape.get(3));
        float[] logits = found.logits().toFloatArray();
        float[] ious = found.ious().toFloatArray();
        float[] lowRes = found.lowRes().toFloatArray();
        var predictions = new ArrayList<Prediction>();
        for (int i = 0; i < shape.get(0); i++) {
            var masks = new ArrayList<Mask>();
            var values = new ArrayList<Float>();
            var maps = new ArrayList<float[]>();
            for (int at = i * count; at < (i + 1) * count; at++) {
                masks.add(Mask.ofLogits(height, width, logits, at * height * width));
                values.add(ious[at]);
                maps.add(java.util.Arrays.copyOfRange(lowRes, at * lowPixels, (at + 1) * lowPixels));
            }
            predictions.add(new Prediction(masks, values, maps));
        }
        return predictions;
    }

    @Override
    public void close() {
        if (ownsFeatures) {
            features.close();
            ownsFeatures = false;
        }
        features = null;
        manager.close();
    }
}
