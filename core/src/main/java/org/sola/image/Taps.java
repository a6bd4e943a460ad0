package org.sola.image;

/**
 * Which input samples of one axis make each output sample, and how much of each.
 *
 * <p>Output {@code i} reads {@code count} samples from {@code first[i]} on with {@code weights[i * count ...]}; the
 * weights of one output sum to 1 and are zero where fewer samples are needed.
 */
@SuppressWarnings("ArrayRecordComponent")
record Taps(int inputs, int outputs, int count, int[] first, double[] weights) {
    static Taps of(Filter filter, int inputs, int outputs) {
        if (inputs < 1 || outputs < 1) {
            throw new IllegalArgumentException("cannot resize " + inputs + " samples to " + outputs);
        }
        return filter.isAntialiased() ? widened(filter, inputs, outputs) : plain(filter, inputs, outputs);
    }

    /** The filter is stretched over the input when shrinking; taps outside are dropped, the rest renormalised. */
    private static Taps widened(Filter filter, int inputs, int outputs) {
        double scale = (double) inputs / outputs;
        double stretch = Math.max(1, scale);
        double squeeze = 1 / stretch;
        double support = filter.support() * stretch;
        int count = Math.min(inputs, (int) Math.ceil(support) * 2 + 1);
        var first = new int[outputs];
        var weights = new double[outputs * count];
        for (int i = 0; i < outputs; i++) {
            double centre = (i + 0.5) * scale;
            int from = Math.max(0, (int) (centre - support + 0.5));
            int to = Math.min(inputs, (int) (centre + support + 0.5));
            int begin = Math.min(from, inputs - count); // so that reading count samples stays inside
            first[i] = begin;
            double sum = 0;
            for (int j = from; j < to; j++) {
                double weight = filter.weight((j - centre + 0.5) * squeeze);
                weights[i * count + j - begin] = weight;
                sum += weight;
            }
            for (int k = 0; k < count; k++) {
                weights[i * count + k] /= sum;
            }
        }
        return new Taps(inputs, outputs, count, first, weights);
    }

    /** The neighbours of the exact position; those outside repeat the border sample. */
    private static Taps plain(Filter filter, int inputs, int outputs) {
        double scale = (double) inputs / outputs;
        int reach = filter.support();
        int count = Math.min(inputs, 2 * reach);
        var first = new int[outputs];
        var weights = new double[outputs * count];
        for (int i = 0; i < outputs; i++) {
            double position = (i + 0.5) * scale - 0.5;
            int left = (int) Math.floor(position);
            int begin = Math.max(0, Math.min(left - reach + 1, inputs - count));
            first[i] = begin;
            for (int j = left - reach + 1; j <= left + reach; j++) {
                int inside = Math.max(0, Math.min(inputs - 1, j));
                weights[i * count + inside - begin] += filter.weight(position - j);
            }
        }
        return new Taps(inputs, outputs, count, first, weights);
    }

    /** Whether the output is the input. */
    boolean isIdentity() {
        return inputs == outputs;
    }

    float[] floatWeights() {
        var result = new float[weights.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) weights[i];
        }
        return result;
    }

    /** The weights times 2^bits, rounded half away from zero. */
    int[] fixedWeights(int bits) {
        var result = new int[weights.length];
        for (int i = 0; i < result.length; i++) {
            double scaled = weights[i] * (1 << bits);
            result[i] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
        }
        return result;
    }
}
