package org.sola.groundingdino;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.sola.layer.LayerNorm;
import org.sola.layer.Linear;
import org.sola.layer.Mlp;
import org.sola.layer.Observer;
import org.sola.layer.Scoped;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/**
 * The places of an image that fit its caption best, as boxes to start from. B pairs, N rows of all images, T pieces, Q
 * queries, C channels.
 */
final class QuerySelection {
    private static final float NEAREST_TO_BORDER = 0.01f;
    private static final float FARTHEST = 0.99f;
    private static final float FINEST_SIZE = 0.05f;

    private final Linear output;
    private final LayerNorm outputNorm;
    private final Mlp boxEmbed;
    private final NDArray content;
    private final int queries;

    private QuerySelection(GroundingDinoConfig config, Weights weights) {
        int channels = config.hiddenDim();
        this.output = Linear.of(weights.at("enc_output"), channels, channels);
        this.outputNorm = LayerNorm.of(weights.at("enc_output_norm"), channels, Swin.EPSILON);
        this.boxEmbed = Mlp.relu(weights.at("enc_out_bbox_embed"), channels, channels, 4, 3);
        this.content = weights.at("tgt_embed").get("weight", config.queries(), channels);
        this.queries = config.queries();
    }

    static QuerySelection of(GroundingDinoConfig config, Weights weights) {
        return new QuerySelection(config, weights);
    }

    /** How many queries the image of each pair has: all that the network knows, or as many as a tiny image has rows. */
    int[] counts(Batch batch) {
        return IntStream.range(0, batch.size())
                .map(b -> Math.min(queries, batch.levels(b).rows()))
                .toArray();
    }

    /**
     * Memory (N, C) and text (B, T, C) to boxes (B, Q, 4) of centre x, centre y, width, height, and contents (B, Q, C);
     * where images have different numbers of queries, zeros fill up.
     */
    NDList forward(NDArray memory, NDArray text, Batch batch, Observer observer) {
        int most = IntStream.of(counts(batch)).max().orElseThrow();
        return Scoped.list(() -> {
            var boxes = new NDList();
            var contents = new NDList();
            for (int b = 0; b < batch.size(); b++) {
                int pair = b;
                var own = Scoped.array(() ->
                        boxes(batch.ofImage(memory, pair), batch.ofText(text, pair), batch.levels(pair), observer));
                long count = own.getShape().get(0);
                var content = this.content.get("0:" + count);
                boxes.add(Kernels.padRightBottom(own, 0, most - count));
                contents.add(Kernels.padRightBottom(content, 0, most - count));
            }
            return new NDList(NDArrays.stack(boxes, 0), NDArrays.stack(contents, 0));
        });
    }

    /** One image's memory (N, C) and its text (T, C) to its boxes (Q, 4). */
    private NDArray boxes(NDArray memory, NDArray text, Levels levels, Observer observer) {
        float[] proposals = proposals(levels); // (N, 4)
        var valid = new float[levels.rows()];
        for (int i = 0; i < valid.length; i++) {
            valid[i] = Float.isFinite(proposals[4 * i]) ? 1 : 0;
        }
        var manager = memory.getManager();
        var rows = outputNorm.forward(
                output.forward(memory.mul(EngineMemory.of(manager, valid, new Shape(valid.length, 1)))));
        var scores = rows.matMul(text.transpose()).max(new int[] {1}); // (N)
        observer.see("enc_scores", scores);
        long[] best = best(scores.toFloatArray(), queries);
        observer.see("topk_indices", EngineMemory.of(manager, best));
        var start = new float[4 * best.length];
        for (int q = 0; q < best.length; q++) {
            System.arraycopy(proposals, (int) best[q] * 4, start, 4 * q, 4);
        }
        var change = boxEmbed.forward(Kernels.takeRows(rows, best));
        var boxes = Activation.sigmoid(change.add(EngineMemory.of(manager, start, new Shape(best.length, 4))));
        observer.see("init_boxes", boxes);
        return boxes;
    }

    /** The logits of a box in every cell; infinite where it would lie too near the border. */
    private static float[] proposals(Levels levels) {
        float[] centres = levels.centres();
        var logits = new float[2 * centres.length];
        int row = 0;
        for (int l = 0; l < levels.count(); l++) {
            float size = FINEST_SIZE * (1 << l);
            for (int i = 0; i < levels.size(l).area(); i++, row++) {
                float[] box = {centres[2 * row], centres[2 * row + 1], size, size};
                boolean isValid = true;
                for (float part : box) {
                    isValid &= part > NEAREST_TO_BORDER && part < FARTHEST;
                }
                for (int k = 0; k < 4; k++) {
                    logits[4 * row + k] = isValid ? (float) Math.log(box[k] / (1.0 - box[k])) : Float.POSITIVE_INFINITY;
                }
            }
        }
        return logits;
    }

    /** Rows of the highest scores, the best first; of equal ones the earlier. */
    private static long[] best(float[] scores, int count) {
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> -scores[i]))
                .limit(count)
                .mapToLong(Integer::longValue)
                .toArray();
    }
}
