package org.sola.metric;

import java.util.Collection;

/**
 * What DAVIS reports of a measure over the frames of one object (davis2017-evaluation, {@code db_statistics}).
 *
 * @param mean mean over the frames
 * @param recall share of frames above 0.5
 * @param decay mean of the first quarter minus mean of the last; neighbouring quarters share a frame
 */
public record SequenceStatistics(double mean, double recall, double decay) {
    private static final int BINS = 4;

    /** The statistics of one value a frame, in the order of time. */
    public static SequenceStatistics of(double... perFrame) {
        if (perFrame.length == 0) {
            throw new IllegalArgumentException("no frame to take statistics of");
        }
        int above = 0;
        for (double value : perFrame) {
            above += value > 0.5 ? 1 : 0;
        }
        double first = mean(perFrame, 0, binEnd(perFrame.length, 1));
        double last = mean(perFrame, binEnd(perFrame.length, BINS - 1), perFrame.length - 1);
        return new SequenceStatistics(
                mean(perFrame, 0, perFrame.length - 1), (double) above / perFrame.length, first - last);
    }

    /** The plain mean of each statistic; at least one is needed. */
    static SequenceStatistics meanOf(Collection<SequenceStatistics> all) {
        if (all.isEmpty()) {
            throw new IllegalArgumentException("no object to take the mean of");
        }
        double mean = 0;
        double recall = 0;
        double decay = 0;
        for (var each : all) {
            mean += each.mean;
            recall += each.recall;
            decay += each.decay;
        }
        return new SequenceStatistics(mean / all.size(), recall / all.size(), decay / all.size());
    }

    /** Index of the last frame of bin {@code bin} (from 1): {@code round(linspace(1, n, 5) + 1e-10) - 1}. */
    private static int binEnd(int frames, int bin) {
        return (int) Math.rint(1 + (frames - 1.0) * bin / BINS + 1e-10) - 1;
    }

    private static double mean(double[] values, int first, int last) {
        double sum = 0;
        for (int i = first; i <= last; i++) {
            sum += values[i];
        }
        return sum / (last - first + 1);
    }
}
