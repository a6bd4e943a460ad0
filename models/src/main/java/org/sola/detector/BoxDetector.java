package org.sola.detector;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.sola.layer.Conv2d;
import org.sola.layer.Scoped;
import org.sola.sam2.BoxNms;
import org.sola.sam2.FrameFeatures;
import org.sola.sam2.Sam2Config;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Init;
import org.sola.tensor.Kernels;
import org.sola.tensor.Scalar;
import org.sola.tensor.Weights;

/**
 * Finds whatever may be an object, without a name for it: a score and a box for every cell of SAM 2's stride-8 map, from
 * the features of all three levels. It has no image encoder of its own, so a frame is still encoded once.
 *
 * <p>Anchor-free, after FCOS (Tian et al. 2019); the score is trained towards the IoU of its box (generalised focal loss,
 * Li et al. 2020). B frames, S input side, C SAM 2's hidden width, W channels.
 */
public final class BoxDetector {
    /** Pixels of the network's input between neighbouring cells. */
    public static final int STRIDE = 8;

    /** Numbers a cell: score logit, shift of the centre in cells (x, y), logarithm of width and height. */
    private static final int NUMBERS = 5;

    private static final double DOUBT = 4; // subtracted from score logits: few cells are an object's centre
    private static final double USUAL_SIZE = 32; // pixels of the input; logarithms are relative to it
    private static final double SMALLEST = -4;
    private static final double LARGEST = 3;

    private final BoxDetectorConfig config;
    private final int imageSize;
    private final Conv2d fine;
    private final Conv2d middle;
    private final Conv2d coarse;
    private final Norm norm;
    private final List<Layer> layers;
    private final Conv2d output;

    private BoxDetector(BoxDetectorConfig config, Sam2Config encoder, Weights weights) {
        int c = encoder.hiddenDim();
        int w = config.width();
        this.config = config;
        this.imageSize = encoder.imageSize();
        this.fine = Conv2d.of(weights.at("fine"), c / 8, w, 2, 2, 0, 1);
        this.middle = Conv2d.pointwise(weights.at("middle"), c / 4, w);
        this.coarse = Conv2d.of(weights.at("coarse"), c, w, 3, 1, 1, 1);
        this.norm = Norm.of(weights.at("norm"), w);
        this.layers = IntStream.range(0, config.layers())
                .mapToObj(i -> Layer.of(weights.at("layers").at(i), w))
                .toList();
        this.output = Conv2d.of(weights.at("output"), w, NUMBERS, 3, 1, 1, 1);
    }

    /** @param encoder sizes of the SAM 2 whose features it reads */
    public static BoxDetector of(BoxDetectorConfig config, Sam2Config encoder, Weights weights) {
        return new BoxDetector(config, encoder, weights);
    }

    private record Norm(NDArray weight, NDArray bias) {
        static Norm of(Weights weights, int width) {
            return new Norm(
                    weights.get("weight", Init.constant(1), width), weights.get("bias", Init.constant(0), width));
        }

        NDArray forward(NDArray x) {
            return Kernels.groupNorm(x, BoxDetectorConfig.GROUPS, weight, bias);
        }
    }

    private record Layer(Conv2d conv, Norm norm) {
        static Layer of(Weights weights, int width) {
            return new Layer(
                    Conv2d.of(weights.at("conv"), width, width, 3, 1, 1, 1), Norm.of(weights.at("norm"), width));
        }

        NDArray forward(NDArray x) {
            return x.add(Activation.relu(norm.forward(conv.forward(x))));
        }
    }

    public BoxDetectorConfig config() {
        return config;
    }

    /**
     * What it says of every cell, frame by frame and row by row; h = w = S / 8, N = B * h * w.
     *
     * @param logits (N, 1); the sigmoid is the score
     * @param boxes (N, 4): left, top, right, bottom in pixels of the network's input
     */
    public record Output(NDArray logits, NDArray boxes) {}

    /** Features of B frames to scores and boxes. */
    public Output forward(FrameFeatures features) {
        var rows = Scoped.array(() -> {
            var x = fine.forward(features.s0())
                    .add(middle.forward(features.s1()))
                    .add(Kernels.nearest2x(coarse.forward(features.s2()))); // (B, W, h, w)
            x = Activation.relu(norm.forward(x));
            for (var layer : layers) {
                x = layer.forward(x);
            }
            return Kernels.contiguous(output.forward(x).transpose(0, 2, 3, 1)).reshape(-1, NUMBERS);
        });
        var logits = rows.get(":, 0:1").sub(Scalar.of(DOUBT));
        var centre = rows.get(":, 1:3").mul(Scalar.of(STRIDE)).add(centres(rows.getManager(), features.frames()));
        var reach = rows.get(":, 3:5").clip(SMALLEST, LARGEST).exp().mul(Scalar.of(USUAL_SIZE / 2));
        return new Output(logits, centre.sub(reach).concat(centre.add(reach), 1));
    }

    /** Cells along each side of the map. */
    public int side() {
        return imageSize / STRIDE;
    }

    private NDArray centres(NDManager manager, long frames) {
        int side = side();
        var centres = new float[Math.toIntExact(frames * side * side * 2)];
        for (int i = 0; i < centres.length / 2; i++) {
            centres[2 * i] = (i % side + 0.5f) * STRIDE;
            centres[2 * i + 1] = (i / side % side + 0.5f) * STRIDE;
        }
        return EngineMemory.of(manager, centres, new Shape(frames * side * side, 2));
    }

    /**
     * A box around something.
     *
     * @param left in pixels of the frame, within it
     * @param top in pixels of the frame
     * @param right in pixels of the frame
     * @param bottom in pixels of the frame
     * @param score 0..1: how well the box is expected to fit something
     */
    public record Found(float left, float top, float right, float bottom, float score) {}

    /** What is found in one frame, the best first, in pixels of a frame of this size. */
    public List<Found> detect(FrameFeatures features, int height, int width) {
        float[] logits;
        float[] corners;
        try (var scope = new ai.djl.ndarray.NDScope()) {
            scope.suppressNotUsedWarning();
            var said = forward(features);
            logits = said.logits().toFloatArray();
            corners = said.boxes().toFloatArray();
        }
        float perX = (float) width / imageSize;
        float perY = (float) height / imageSize;
        var boxes = new ArrayList<float[]>();
        var scores = new ArrayList<Float>();
        for (int i = 0; i < logits.length; i++) {
            float score = (float) (1 / (1 + Math.exp(-logits[i])));
            float[] box = {
                Math.max(0, corners[4 * i] * perX),
                Math.max(0, corners[4 * i + 1] * perY),
                Math.min(width, corners[4 * i + 2] * perX),
                Math.min(height, corners[4 * i + 3] * perY)
            };
            if (score > config.scoreThreshold() && box[2] > box[0] && box[3] > box[1]) {
                boxes.add(box);
                scores.add(score);
            }
        }
        var flat = new float[scores.size()];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = scores.get(i);
        }
        int[] kept = BoxNms.keep(boxes.toArray(float[][]::new), flat, (float) config.nmsIou());
        return IntStream.of(kept)
                .limit(config.maximumBoxes())
                .mapToObj(i -> new Found(boxes.get(i)[0], boxes.get(i)[1], boxes.get(i)[2], boxes.get(i)[3], flat[i]))
                .toList();
    }
}
