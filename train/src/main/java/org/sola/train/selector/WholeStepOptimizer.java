package org.sola.train.selector;

import ai.djl.ndarray.NDArray;
import ai.djl.training.optimizer.Optimizer;
import java.util.function.DoubleSupplier;
import org.sola.train.AdamW;

/**
 * AdamW behind DJL's optimiser interface. DJL hands parameters in one by one, while clipping needs the norm over all of
 * them, so the step is made when the last one of a step comes in. DJL's own AdamW differs from torch's: it adds epsilon
 * before the bias correction of the second moment and clips element by element.
 */
final class WholeStepOptimizer extends Optimizer {
    private final AdamW adamw;
    private final int parameters;
    private final DoubleSupplier learningRate;
    private int handedIn;
    private float gradientNorm;

    WholeStepOptimizer(AdamW adamw, int parameters, DoubleSupplier learningRate) {
        super(new Builder());
        this.adamw = adamw;
        this.parameters = parameters;
        this.learningRate = learningRate;
    }

    private static final class Builder extends OptimizerBuilder<Builder> {
        @Override
        protected Builder self() {
            return this;
        }
    }

    @Override
    public void update(String parameterId, NDArray weight, NDArray grad) {
        handedIn++;
        if (handedIn == parameters) {
            handedIn = 0;
            gradientNorm = adamw.step(learningRate.getAsDouble());
        }
    }

    /** The global norm of the last step's gradients before clipping. */
    float gradientNorm() {
        return gradientNorm;
    }
}
