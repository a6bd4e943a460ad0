package org.sola.train.selector;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where a training is, beside the optimiser's arrays: what a checkpoint's header keeps.
 *
 * @param epoch the epoch that is going on, from 0
 * @param step steps of it that are done
 * @param sums loss, cross entropy, alignment and gradient norm summed over those steps
 * @param plateau the schedule's memory
 * @param best the best validation figure so far
 * @param bestEpoch the epoch that gave it, -1 before any
 */
@SuppressWarnings("ArrayRecordComponent")
record TrainingState(int epoch, int step, double[] sums, Plateau.State plateau, double best, int bestEpoch) {
    static TrainingState start(double learningRate) {
        return new TrainingState(
                0,
                0,
                new double[4],
                new Plateau.State(learningRate, Double.POSITIVE_INFINITY, 0),
                Double.NEGATIVE_INFINITY,
                -1);
    }

    /** As text; {@link #of} gives the same numbers back to the last bit. */
    Map<String, String> metadata() {
        var metadata = new LinkedHashMap<String, String>();
        metadata.put("epoch", Integer.toString(epoch));
        metadata.put("step", Integer.toString(step));
        for (int i = 0; i < sums.length; i++) {
            metadata.put("sum" + i, Double.toString(sums[i]));
        }
        metadata.put("learning_rate", Double.toString(plateau.learningRate()));
        metadata.put("plateau_best", Double.toString(plateau.best()));
        metadata.put("plateau_bad_epochs", Integer.toString(plateau.badEpochs()));
        metadata.put("best", Double.toString(best));
        metadata.put("best_epoch", Integer.toString(bestEpoch));
        return metadata;
    }

    static TrainingState of(Map<String, String> metadata) {
        var sums = new double[4];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = Double.parseDouble(metadata.get("sum" + i));
        }
        return new TrainingState(
                Integer.parseInt(metadata.get("epoch")),
                Integer.parseInt(metadata.get("step")),
                sums,
                new Plateau.State(
                        Double.parseDouble(metadata.get("learning_rate")),
                        Double.parseDouble(metadata.get("plateau_best")),
                        Integer.parseInt(metadata.get("plateau_bad_epochs"))),
                Double.parseDouble(metadata.get("best")),
                Integer.parseInt(metadata.getOrDefault("best_epoch", "-1")));
    }
}
