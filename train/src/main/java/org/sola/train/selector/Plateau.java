package org.sola.train.selector;

/**
 * Lowers the learning rate when the validation loss stops falling, with the arithmetic of torch's ReduceLROnPlateau:
 * better means below the best times (1 - threshold); after more than {@code patience} epochs without, the rate is
 * multiplied by {@code factor}; a change below 1e-8 is not made.
 */
public final class Plateau {
    private static final double SMALLEST_CHANGE = 1e-8;

    private final double factor;
    private final int patience;
    private final double threshold;
    private State state;

    /**
     * What must be kept to go on.
     *
     * @param learningRate rate of the next epoch
     * @param best lowest loss so far
     * @param badEpochs epochs since then
     */
    public record State(double learningRate, double best, int badEpochs) {}

    public Plateau(double learningRate, double factor, int patience, double threshold) {
        this.factor = factor;
        this.patience = patience;
        this.threshold = threshold;
        this.state = new State(learningRate, Double.POSITIVE_INFINITY, 0);
    }

    public State state() {
        return state;
    }

    /** Goes on from where another left off. */
    public void restore(State saved) {
        state = saved;
    }

    public double learningRate() {
        return state.learningRate();
    }

    /** Takes an epoch's validation loss; returns the rate of the next epoch. */
    public double after(double loss) {
        boolean better = loss < state.best() * (1 - threshold) || state.best() == Double.POSITIVE_INFINITY;
        double best = better ? loss : state.best();
        int bad = better ? 0 : state.badEpochs() + 1;
        double rate = state.learningRate();
        if (bad > patience) {
            bad = 0;
            double lower = rate * factor;
            rate = rate - lower > SMALLEST_CHANGE ? lower : rate;
        }
        state = new State(rate, best, bad);
        return rate;
    }
}
