package org.sola.train;

/**
 * The course of a learning rate: linear warm-up, constant, then half a cosine down to a twentieth.
 *
 * @param warmupSteps steps in which it rises, 1 or more
 * @param cooldown share of the steps over which it falls at their end, 0..1
 */
public record WarmupCooldown(int warmupSteps, double cooldown) {
    /** The rate at {@code step}, from 0, of {@code steps}. */
    public double rate(double largest, int step, int steps) {
        double warm = Math.min(1, (step + 1.0) / warmupSteps);
        double start = steps * (1 - cooldown);
        double fall = step <= start ? 0 : (step - start) / Math.max(1, steps - start);
        return largest * warm * (0.05 + 0.95 * 0.5 * (1 + Math.cos(Math.PI * fall)));
    }
}
