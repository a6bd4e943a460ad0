package org.sola.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Compares what was computed with what a case expects: {@code |got - want| <= atol + rtol |want|} for each element, with
 * the case's own tolerances; a tensor without any must be equal.
 */
public final class Checks {
    /** How much a difference counts where none is allowed: enough to fail, and still a number. */
    public static final double WRONG = 1e9;

    private final ParityCase parityCase;
    private final Map<String, Double> errors = new LinkedHashMap<>();

    Checks(ParityCase parityCase) {
        this.parityCase = parityCase;
    }

    /** Checks an expected tensor; {@code got} is the whole one even where the case stores a part. */
    public void tensor(String name, NDArray got) throws IOException {
        var floats = got.getDataType() == DataType.FLOAT32 ? got : got.toType(DataType.FLOAT32, false);
        tensor(name, floats.toFloatArray(), got.getShape().getShape());
    }

    /** As above, for values in row-major order. */
    public void tensor(String name, float[] got, long... shape) throws IOException {
        float[] want = parityCase.values(name);
        float[] kept = kept(name, got, shape);
        if (kept.length != want.length) {
            throw new IllegalArgumentException(name + " has " + want.length + " values, " + kept.length
                    + " were computed (shape " + Arrays.toString(shape) + ")");
        }
        var about = parityCase.about(name);
        double absolute = about.path("atol").asDouble(0);
        double relative = about.path("rtol").asDouble(0);
        double worst = 0;
        for (int i = 0; i < want.length; i++) {
            double difference = Math.abs((double) kept[i] - want[i]);
            double allowed = absolute + relative * Math.abs(want[i]);
            double error = difference == 0 ? 0 : allowed > 0 ? difference / allowed : WRONG;
            worst = Math.max(worst, Double.isNaN(error) ? WRONG : error);
        }
        record(name, worst);
    }

    /** What the case keeps of the computed tensor. */
    private float[] kept(String name, float[] got, long[] shape) throws IOException {
        var about = parityCase.about(name);
        String stored = about.path("stored").asText("full");
        var fullShape = about.path("full_shape");
        if (fullShape.isArray()) {
            var expected = new long[fullShape.size()];
            for (int i = 0; i < expected.length; i++) {
                expected[i] = fullShape.get(i).asLong();
            }
            if (!Arrays.equals(expected, shape)) {
                throw new IllegalArgumentException(name + " should have shape " + Arrays.toString(expected)
                        + ", computed was " + Arrays.toString(shape));
            }
        }
        var places = StoredSlice.places(stored, shape);
        var kept = new float[places.length];
        for (int i = 0; i < places.length; i++) {
            kept[i] = got[places[i]];
        }
        return kept;
    }

    /**
     * Checks 8-bit values that were rounded on the way: at most {@code shareAllowed} of them may differ, and by one.
     */
    public void rounded(String name, int[] got, double shareAllowed) throws IOException {
        float[] want = parityCase.values(name);
        if (want.length != got.length) {
            throw new IllegalArgumentException(
                    name + " has " + want.length + " values, " + got.length + " were computed");
        }
        int different = 0;
        boolean isFar = false;
        for (int i = 0; i < got.length; i++) {
            int difference = Math.abs(got[i] - Math.round(want[i]));
            different += difference > 0 ? 1 : 0;
            isFar |= difference > 1;
        }
        record(name, isFar ? WRONG : different / (shareAllowed * got.length));
    }

    /** Checks something the case states in words or numbers outside its tensors. */
    public void fact(String what, boolean holds) {
        record(what, holds ? 0 : WRONG);
    }

    /** A number with an absolute tolerance. */
    public void number(String what, double got, double want, double tolerance) {
        double difference = Math.abs(got - want);
        record(what, difference == 0 ? 0 : Double.isNaN(difference) || tolerance == 0 ? WRONG : difference / tolerance);
    }

    /** Notes the largest error over tolerance of one thing compared. */
    public void record(String what, double error) {
        errors.merge(what, error, Math::max);
    }

    /** Largest error over tolerance of everything compared so far, in order of comparing. */
    public Map<String, Double> errors() {
        return java.util.Collections.unmodifiableMap(errors);
    }
}
