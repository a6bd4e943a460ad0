package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.sola.image.RgbImage;
import org.sola.mask.Box;
import org.sola.mask.ConnectedComponents;
import org.sola.mask.Mask;
import org.sola.mask.Rle;
import org.sola.tensor.Kernels;

/**
 * Finds the masks of an image without being told where to look: prompts with a grid of points, keeps what the model
 * trusts and what is stable, drops what is there already (SAM 2, {@code automatic_mask_generator.py}).
 *
 * <p>A mask is drawn only where its predicted IoU is above the threshold. Removing small regions follows the original's
 * documentation; its own code leaves that to an extension that most installations lack.
 */
public final class AutomaticMaskGenerator {
    /** Prompts decoded at a time hold about this many values of the changed image. */
    private static final long DECODED_VALUES = 1L << 24;

    /** Logits resized at a time. */
    private static final long RESIZED_VALUES = 1L << 24;

    private static final float LOGIT_LIMIT = 32f;

    private final Sam2Image model;
    private final MaskGeneratorSettings settings;

    private AutomaticMaskGenerator(Sam2Image model, MaskGeneratorSettings settings) {
        this.model = model;
        this.settings = settings;
    }

    public static AutomaticMaskGenerator of(Sam2Image model, MaskGeneratorSettings settings) {
        return new AutomaticMaskGenerator(model, settings);
    }

    /** The masks of an image, encoding it and each of its crops. */
    public List<GeneratedMask> generate(RgbImage image) {
        try (var manager = model.noMemEmbed().getManager().newSubManager();
                var features = encode(manager, image)) {
            return generate(features, image);
        }
    }

    /** The masks of an image that is encoded already; only its crops are encoded here. */
    public List<GeneratedMask> generate(FrameFeatures features, RgbImage image) {
        int height = image.height();
        int width = image.width();
        var found = new ArrayList<GeneratedMask>();
        for (var crop : CropGrid.crops(height, width, settings.cropLayers(), settings.cropOverlapRatio())) {
            if (crop.layer() == 0) {
                found.addAll(inCrop(features, crop, height, width));
                continue;
            }
            try (var manager = model.noMemEmbed().getManager().newSubManager();
                    var cropped = encode(manager, cut(image, crop.box()))) {
                found.addAll(inCrop(cropped, crop, height, width));
            }
        }
        return finish(found);
    }

    /** The masks of an encoded image of this size; the settings must not ask for crops. */
    public List<GeneratedMask> generate(FrameFeatures features, int height, int width) {
        if (settings.cropLayers() > 0) {
            throw new IllegalArgumentException(
                    "with cropLayers " + settings.cropLayers() + " the image itself is needed, not only its features");
        }
        var whole = new CropGrid.Crop(new Box(0, 0, width, height), 0);
        return finish(inCrop(features, whole, height, width));
    }

    private FrameFeatures encode(NDManager manager, RgbImage image) {
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var input = ImageInput.resized(manager, image, model.config().imageSize());
            return model.imageEncoder().forward(input).keep(manager);
        }
    }

    private static RgbImage cut(RgbImage image, Box box) {
        var rgb = new byte[box.width() * box.height() * 3];
        for (int y = 0; y < box.height(); y++) {
            int from = ((box.y0() + y) * image.width() + box.x0()) * 3;
            System.arraycopy(image.rgb(), from, rgb, y * box.width() * 3, box.width() * 3);
        }
        return new RgbImage(box.height(), box.width(), rgb);
    }

    /** Masks of one crop after suppression among themselves, in the image's coordinates. */
    private List<GeneratedMask> inCrop(FrameFeatures features, CropGrid.Crop crop, int height, int width) {
        int perSide = CropGrid.pointsPerSide(settings.pointsPerSide(), crop.layer(), settings.cropPointsDownscale());
        var grid = CropGrid.points(perSide);
        long side = model.config().featureSize();
        int most =
                (int) Math.max(1, DECODED_VALUES / (side * side * model.config().hiddenDim()));
        int batch = Math.min(settings.pointsPerBatch(), most);
        var found = new ArrayList<GeneratedMask>();
        try (var whole = new NDScope()) {
            whole.suppressNotUsedWarning();
            var fine = model.maskDecoder().fine(features);
            for (int from = 0; from < grid.length; from += batch) {
                var points = Arrays.copyOfRange(grid, from, Math.min(grid.length, from + batch));
                try (var scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    var drawn = draw(features, fine, points, crop.box());
                    found.addAll(cut(drawn, crop, height, width));
                }
            }
        }
        return suppress(found, settings.boxNmsThreshold(), ious(found));
    }

    /**
     * K masks that the model trusts, in the order of their points.
     *
     * @param lowRes (K, 1, S/4, S/4), null if K is 0
     * @param ious K predicted IoUs
     * @param points K prompts, x and y in pixels of the crop
     */
    private record Drawn(NDArray lowRes, float[] ious, float[][] points) {
        static Drawn none() {
            return new Drawn(null, new float[0], new float[0][]);
        }
    }

    private Drawn draw(FrameFeatures features, MaskDecoder.Fine fine, double[][] grid, Box crop) {
        var points = new float[grid.length][];
        for (int i = 0; i < grid.length; i++) {
            points[i] = new float[] {(float) (grid[i][0] * crop.width()), (float) (grid[i][1] * crop.height())};
        }
        var sparse = embed(points, crop);
        var encoder = model.promptEncoder();
        var attended = model.maskDecoder()
                .attend(model.embedding(features), encoder.densePositions(), sparse, encoder.noMask());
        boolean choosesLater = !settings.isMultimask() || settings.refinesMasks();
        var proposals = choosesLater ? choose(attended, fine, points) : trusted(attended, fine, points);
        return settings.refinesMasks() && proposals.ious().length > 0 ? refine(proposals, features, crop) : proposals;
    }

    /** Of three masks a point, those above the threshold; points without any are not drawn at all. */
    private Drawn trusted(MaskDecoder.Attended attended, MaskDecoder.Fine fine, float[][] points) {
        float[] ious = attended.ious().toFloatArray();
        var maps = new ArrayList<Long>(); // among the drawn points' maps
        var sources = new ArrayList<Integer>(); // among all points' maps
        var rows = new ArrayList<Long>();
        for (int i = 0; i < points.length; i++) {
            int before = maps.size();
            for (int mask = 1; mask < MaskDecoder.MASKS; mask++) {
                if (isTrusted(ious[i * MaskDecoder.MASKS + mask])) {
                    maps.add((long) rows.size() * MaskDecoder.MASKS + mask);
                    sources.add(i * MaskDecoder.MASKS + mask);
                }
            }
            if (maps.size() > before) {
                rows.add((long) i);
            }
        }
        if (rows.isEmpty()) {
            return Drawn.none();
        }
        var drawn = model.maskDecoder().masks(attended.rows(toArray(rows)), fine);
        int side = model.config().lowResSize();
        var kept = Kernels.takeRows(drawn.reshape(-1, 1, side, side), toArray(maps));
        var keptIous = new float[maps.size()];
        var keptPoints = new float[maps.size()][];
        for (int i = 0; i < keptIous.length; i++) {
            keptIous[i] = ious[sources.get(i)];
            keptPoints[i] = points[sources.get(i) / MaskDecoder.MASKS];
        }
        return new Drawn(kept, keptIous, keptPoints);
    }

    private boolean isTrusted(float iou) {
        return settings.predictedIouThreshold() <= 0 || iou > settings.predictedIouThreshold();
    }

    /** Draws all points' masks: for one mask a point, and for refining. */
    private Drawn choose(MaskDecoder.Attended attended, MaskDecoder.Fine fine, float[][] points) {
        var masks = model.maskDecoder().masks(attended, fine);
        var output = new MaskDecoder.Output(masks, attended.ious(), attended.maskTokens(), attended.objectScore());
        var choice = model.maskDecoder().choose(output, settings.isMultimask());
        int each = (int) choice.ious().getShape().get(1);
        int side = model.config().lowResSize();
        var repeated = IntStream.range(0, points.length * each)
                .mapToObj(i -> points[i / each])
                .toArray(float[][]::new);
        var drawn = new Drawn(
                choice.masks().reshape(-1, 1, side, side), choice.ious().toFloatArray(), repeated);
        return settings.refinesMasks() ? drawn : onlyTrusted(drawn);
    }

    private Drawn onlyTrusted(Drawn drawn) {
        long[] rows = IntStream.range(0, drawn.ious().length)
                .filter(i -> isTrusted(drawn.ious()[i]))
                .asLongStream()
                .toArray();
        if (rows.length == 0) {
            return Drawn.none();
        }
        var ious = new float[rows.length];
        var points = new float[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            ious[i] = drawn.ious()[(int) rows[i]];
            points[i] = drawn.points()[(int) rows[i]];
        }
        return new Drawn(Kernels.takeRows(drawn.lowRes(), rows), ious, points);
    }

    /** Decodes every mask again from its point and itself. */
    private Drawn refine(Drawn drawn, FrameFeatures features, Box crop) {
        var dense = model.promptEncoder().mask(drawn.lowRes().clip(-LOGIT_LIMIT, LOGIT_LIMIT));
        var output = model.decode(features, embed(drawn.points(), crop), dense);
        var choice = model.maskDecoder().choose(output, false);
        return onlyTrusted(new Drawn(choice.masks(), choice.ious().toFloatArray(), drawn.points()));
    }

    private NDArray embed(float[][] points, Box crop) {
        float size = model.config().imageSize();
        var coordinates = new float[points.length * 2];
        for (int i = 0; i < points.length; i++) {
            coordinates[2 * i] = points[i][0] / crop.width() * size;
            coordinates[2 * i + 1] = points[i][1] / crop.height() * size;
        }
        var manager = model.noMemEmbed().getManager();
        return model.promptEncoder()
                .points(
                        manager.create(coordinates, new Shape(points.length, 1, 2)),
                        manager.ones(new Shape(points.length, 1)));
    }

    /** Resizes masks to the crop, keeps the stable ones that the crop did not cut. */
    private List<GeneratedMask> cut(Drawn drawn, CropGrid.Crop crop, int height, int width) {
        var box = crop.box();
        int pixels = box.width() * box.height();
        int step = (int) Math.max(1, RESIZED_VALUES / pixels);
        var found = new ArrayList<GeneratedMask>();
        for (int from = 0; from < drawn.ious().length; from += step) {
            int to = Math.min(drawn.ious().length, from + step);
            float[] logits;
            try (var part = drawn.lowRes().get(from + ":" + to);
                    var resized = Kernels.bilinear(part, box.height(), box.width())) {
                logits = resized.toFloatArray();
            }
            for (int i = from; i < to; i++) {
                float stability = MaskCandidate.stability(
                        logits, i - from, pixels, settings.maskThreshold(), settings.stabilityOffset());
                boolean isStable = settings.stabilityThreshold() <= 0 || stability >= settings.stabilityThreshold();
                if (!isStable) {
                    continue;
                }
                var mask = MaskCandidate.mask(logits, i - from, box.height(), box.width(), settings.maskThreshold());
                var inclusive = MaskCandidate.inclusiveBox(mask);
                if (!mask.isEmpty() && !crop.cuts(inclusive, height, width)) {
                    var whole = MaskCandidate.uncrop(mask, box, height, width);
                    var point = drawn.points()[i];
                    found.add(new GeneratedMask(
                            Rle.encode(whole),
                            whole.boundingBox().orElseThrow(),
                            drawn.ious()[i],
                            stability,
                            point[0] + box.x0(),
                            point[1] + box.y0(),
                            box));
                }
            }
        }
        return found;
    }

    /** Between crops the smaller crop's masks win; then small regions go. */
    private List<GeneratedMask> finish(List<GeneratedMask> found) {
        var left = found;
        if (settings.cropLayers() > 0) {
            var scores = new float[found.size()];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = 1f / found.get(i).crop().areaPixels();
            }
            left = suppress(found, settings.cropNmsThreshold(), scores);
        }
        return settings.minMaskRegionPixels() > 0 ? withoutSmallRegions(left) : List.copyOf(left);
    }

    private List<GeneratedMask> withoutSmallRegions(List<GeneratedMask> found) {
        int smallest = settings.minMaskRegionPixels();
        var cleaned = new ArrayList<GeneratedMask>();
        var scores = new float[found.size()];
        for (var one : found) {
            var mask = one.rle().decode();
            var clean = removeSmallRegions(mask, smallest);
            scores[cleaned.size()] = clean.equals(mask) ? 1 : 0; // masks that needed no change are preferred
            cleaned.add(new GeneratedMask(
                    Rle.encode(clean),
                    clean.boundingBox().orElseThrow(),
                    one.predictedIou(),
                    one.stability(),
                    one.pointX(),
                    one.pointY(),
                    one.crop()));
        }
        return suppress(cleaned, Math.max(settings.boxNmsThreshold(), settings.cropNmsThreshold()), scores);
    }

    /** Fills holes and then drops parts of fewer than {@code pixels} pixels; the largest part stays. */
    private static Mask removeSmallRegions(Mask mask, int pixels) {
        return ConnectedComponents.removeIslands(ConnectedComponents.fillHoles(mask, pixels - 1), pixels - 1);
    }

    private static List<GeneratedMask> suppress(List<GeneratedMask> found, float threshold, float[] scores) {
        var boxes = new float[found.size()][];
        for (int i = 0; i < boxes.length; i++) {
            var box = found.get(i).box(); // the original measures from first to last pixel
            boxes[i] = new float[] {box.x0(), box.y0(), box.x1() - 1, box.y1() - 1};
        }
        return Arrays.stream(BoxNms.keep(boxes, scores, threshold))
                .mapToObj(found::get)
                .toList();
    }

    private static float[] ious(List<GeneratedMask> found) {
        var ious = new float[found.size()];
        for (int i = 0; i < ious.length; i++) {
            ious[i] = found.get(i).predictedIou();
        }
        return ious;
    }

    private static long[] toArray(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }
}
