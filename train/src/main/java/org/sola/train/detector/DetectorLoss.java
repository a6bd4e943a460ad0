package org.sola.train.detector;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import org.sola.detector.BoxDetector;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Kernels;
import org.sola.tensor.Scalar;

/**
 * Scores by quality focal loss towards the IoU that the box has (Li et al. 2020), boxes by generalised IoU (Rezatofighi
 * et al. 2019); both per answering cell.
 *
 * @param loss one number
 * @param iou mean IoU of the answering cells' boxes, 0..1
 * @param score their mean score, 0..1
 */
record DetectorLoss(NDArray loss, NDArray iou, NDArray score) {
    static DetectorLoss of(BoxDetector.Output said, DetectorBatch batch, double boxWeight, NDManager manager) {
        long cells = said.logits().size();
        int answers = batch.rows().length;
        var quality = new float[(int) cells];
        NDArray boxLoss = null;
        NDArray iou = manager.create(0f);
        NDArray score = manager.create(0f);
        if (answers > 0) {
            var truth = EngineMemory.of(manager, batch.boxes(), new Shape(answers, 4));
            var overlap = Overlap.of(Kernels.takeRows(said.boxes(), batch.rows()), truth);
            float[] reached = overlap.iou().stopGradient().toFloatArray();
            for (int i = 0; i < answers; i++) {
                quality[(int) batch.rows()[i]] = reached[i];
            }
            boxLoss = overlap.generalised().neg().add(Scalar.of(1)).mean();
            iou = overlap.iou().stopGradient().mean();
            score = Activation.sigmoid(
                            Kernels.takeRows(said.logits(), batch.rows()).stopGradient())
                    .mean();
        }
        var target = EngineMemory.of(manager, quality, new Shape(cells, 1));
        var miss = Activation.sigmoid(said.logits()).stopGradient().sub(target).square();
        var perAnswer = EngineMemory.of(manager, new float[] {(float) cells / Math.max(1, answers)}, new Shape());
        var loss = Kernels.binaryCrossEntropy(said.logits(), target, miss).mul(perAnswer);
        return new DetectorLoss(boxLoss == null ? loss : loss.add(boxLoss.mul(Scalar.of(boxWeight))), iou, score);
    }

    /**
     * How far boxes agree, (P, 1) each.
     *
     * @param iou 0..1
     * @param generalised IoU less the share of the enclosing box that neither covers, -1..1
     */
    record Overlap(NDArray iou, NDArray generalised) {
        /** Boxes (P, 4) of left, top, right, bottom, the second ones with an area. */
        static Overlap of(NDArray boxes, NDArray truth) {
            var nothing = Scalar.of(0);
            var near = boxes.get(":, 0:2");
            var far = boxes.get(":, 2:4");
            var trueNear = truth.get(":, 0:2");
            var trueFar = truth.get(":, 2:4");
            var common = area(far.minimum(trueFar).sub(near.maximum(trueNear)).maximum(nothing));
            var either = area(far.sub(near)).add(area(trueFar.sub(trueNear))).sub(common);
            var enclosing = area(far.maximum(trueFar).sub(near.minimum(trueNear)));
            var iou = common.div(either);
            return new Overlap(iou, iou.sub(enclosing.sub(either).div(enclosing)));
        }

        private static NDArray area(NDArray sides) {
            return sides.get(":, 0:1").mul(sides.get(":, 1:2"));
        }
    }
}
