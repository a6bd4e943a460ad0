package org.sola.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Numbers as float32 arrays without axes that live as long as the process. {@code x.mul(2f)} makes such an array of a
 * Java buffer and closes it at once, while the engine keeps it for the backward pass: after a garbage collection the
 * gradient is multiplied by whatever lies there. Wherever gradients flow, write {@code x.mul(Scalar.of(2))}.
 */
public final class Scalar {
    private static final NDManager MANAGER = NDManager.newBaseManager("PyTorch");
    private static final Map<Float, NDArray> KNOWN = new ConcurrentHashMap<>();

    private Scalar() {}

    /** The shared array of this value; not to be closed. Meant for constants: every value asked for is kept. */
    public static NDArray of(double value) {
        return KNOWN.computeIfAbsent((float) value, Scalar::make);
    }

    private static NDArray make(float value) {
        var scalar = EngineMemory.of(MANAGER, new float[] {value}, new Shape());
        NDScope.unregister(scalar);
        return scalar;
    }
}
