package org.sola.demo;

/**
 * What can be measured on a path in the plane, one point a frame, in units of the frame's shorter side.
 *
 * @param x to the right
 * @param y downwards
 */
@SuppressWarnings("ArrayRecordComponent")
record Path2(double[] x, double[] y) {
    private static final double STEP_SEEN = 0.0035; // shorter steps have no heading

    int frames() {
        return x.length;
    }

    private int last() {
        return x.length - 1;
    }

    /** From the first to the last point, to the right. */
    double netX() {
        return x[last()] - x[0];
    }

    /** From the first to the last point, downwards. */
    double netY() {
        return y[last()] - y[0];
    }

    /** The longer side of the box around frames {@code from} (with it) to {@code to} (without). */
    double extent(int from, int to) {
        return Math.max(extent(x, from, to), extent(y, from, to));
    }

    double extentX() {
        return extent(x, 0, x.length);
    }

    double extentY() {
        return extent(y, 0, y.length);
    }

    static double extent(double[] values, int from, int to) {
        double low = values[from];
        double high = values[from];
        for (int t = from; t < to; t++) {
            low = Math.min(low, values[t]);
            high = Math.max(high, values[t]);
        }
        return high - low;
    }

    /** Length of the path between two frames. */
    double length(int from, int to) {
        double sum = 0;
        for (int t = from; t < to; t++) {
            sum += StrictMath.hypot(x[t + 1] - x[t], y[t + 1] - y[t]);
        }
        return sum;
    }

    double length() {
        return length(0, last());
    }

    /** The most that the values ever rise from one frame to a later one. */
    static double rise(double[] values) {
        double lowest = values[0];
        double most = 0;
        for (double value : values) {
            lowest = Math.min(lowest, value);
            most = Math.max(most, value - lowest);
        }
        return most;
    }

    /** The most that the values ever fall from one frame to a later one. */
    static double fall(double[] values) {
        double highest = values[0];
        double most = 0;
        for (double value : values) {
            highest = Math.max(highest, value);
            most = Math.max(most, highest - value);
        }
        return most;
    }

    /** Out and back, the largest over eight directions: how far it goes at least both ways about some frame. */
    double backtrack() {
        double most = 0;
        for (int direction = 0; direction < 8; direction++) {
            most = Math.max(most, backtrack(direction * StrictMath.PI / 8));
        }
        return most;
    }

    private double backtrack(double direction) {
        double cos = StrictMath.cos(direction);
        double sin = StrictMath.sin(direction);
        double most = 0;
        for (int sign = -1; sign <= 1; sign += 2) {
            for (int turn = 1; turn < last(); turn++) {
                double at = sign * (x[turn] * cos + y[turn] * sin);
                double before = 0;
                double after = 0;
                for (int t = 0; t <= last(); t++) {
                    double gap = at - sign * (x[t] * cos + y[t] * sin);
                    if (t < turn) {
                        before = Math.max(before, gap);
                    } else {
                        after = Math.max(after, gap);
                    }
                }
                most = Math.max(most, Math.min(before, after));
            }
        }
        return most;
    }

    /** How far the path strays from the straight line between its two farthest points. */
    double width() {
        int from = 0;
        int to = 0;
        double farthest = 0;
        for (int i = 0; i < x.length; i++) {
            for (int j = i + 1; j < x.length; j++) {
                double apart = StrictMath.hypot(x[i] - x[j], y[i] - y[j]);
                if (apart > farthest) {
                    farthest = apart;
                    from = i;
                    to = j;
                }
            }
        }
        if (farthest == 0) {
            return 0;
        }
        double most = 0;
        for (int t = 0; t < x.length; t++) {
            double across = (x[to] - x[from]) * (y[t] - y[from]) - (y[to] - y[from]) * (x[t] - x[from]);
            most = Math.max(most, Math.abs(across) / farthest);
        }
        return most;
    }

    /** Sum of the changes of heading in turns, clockwise positive: 1 for a full circle, 0 for a wave. */
    double turns() {
        return turns(false);
    }

    /** Sum of the sizes of the changes of heading, in turns. */
    double turnsBothWays() {
        return turns(true);
    }

    private double turns(boolean absolute) {
        double sum = 0;
        double lastX = 0;
        double lastY = 0;
        for (int t = 0; t < last(); t++) {
            double dx = x[t + 1] - x[t];
            double dy = y[t + 1] - y[t];
            if (StrictMath.hypot(dx, dy) < STEP_SEEN) {
                continue;
            }
            if (lastX != 0 || lastY != 0) {
                double change = StrictMath.atan2(lastX * dy - lastY * dx, lastX * dx + lastY * dy);
                sum += absolute ? Math.abs(change) : change;
            }
            lastX = dx;
            lastY = dy;
        }
        return sum / (2 * StrictMath.PI);
    }

    /** How often the values turn round after a way of at least {@code swing}. */
    static int reversals(double[] values, double swing) {
        int count = 0;
        int direction = 0;
        double low = values[0];
        double high = values[0];
        for (double value : values) {
            low = Math.min(low, value);
            high = Math.max(high, value);
            if (direction >= 0 && value <= high - swing) {
                count += direction > 0 ? 1 : 0;
                direction = -1;
                low = value;
            } else if (direction <= 0 && value >= low + swing) {
                count += direction < 0 ? 1 : 0;
                direction = 1;
                high = value;
            }
            if (direction > 0) {
                low = value;
                high = Math.max(high, value);
            } else if (direction < 0) {
                high = value;
                low = Math.min(low, value);
            }
        }
        return count;
    }
}
