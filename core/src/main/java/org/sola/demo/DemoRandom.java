package org.sola.demo;

import java.util.List;

/**
 * A small random stream (SplitMix64) whose values are the same on every Java version and platform. Not thread-safe.
 *
 * <p>{@link java.util.SplittableRandom} changed how it draws from a range between Java versions; the demo set must not.
 */
public final class DemoRandom {
    private static final long GAMMA = 0x9E3779B97F4A7C15L;
    private long state;

    /** A stream that depends on nothing but the seed. */
    public DemoRandom(long seed) {
        this.state = mix(seed + GAMMA);
    }

    /** A stream for one purpose: different labels and indices give unrelated streams of the same seed. */
    public static DemoRandom of(long seed, String label, long index) {
        long hash = 0xCBF29CE484222325L; // FNV-1a
        for (int i = 0; i < label.length(); i++) {
            hash = (hash ^ label.charAt(i)) * 0x100000001B3L;
        }
        return new DemoRandom(mix(seed ^ mix(hash)) + mix(index * GAMMA + 1));
    }

    static long mix(long value) {
        long x = value;
        x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
        x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
        return x ^ (x >>> 31);
    }

    /** 64 random bits. */
    public long nextLong() {
        state += GAMMA;
        return mix(state);
    }

    /** Uniform in [0, 1). */
    public double unit() {
        return (nextLong() >>> 11) * 0x1p-53;
    }

    /** Uniform in [low, high). */
    public double between(double low, double high) {
        return low + (high - low) * unit();
    }

    /** Uniform in {@code 0..bound-1}. */
    public int below(int bound) {
        if (bound < 1) {
            throw new IllegalArgumentException("a bound of at least 1 is needed, not " + bound);
        }
        return (int) ((nextLong() >>> 32) * bound >>> 32);
    }

    /** Uniform in {@code low..high}, both included. */
    public int whole(int low, int high) {
        return low + below(high - low + 1);
    }

    /** True with the given probability. */
    public boolean chance(double probability) {
        return unit() < probability;
    }

    /** -1 or 1. */
    public int sign() {
        return chance(0.5) ? 1 : -1;
    }

    /** One of the values, all equally likely. */
    public <T> T pick(List<T> values) {
        return values.get(below(values.size()));
    }

    /** One of the values, all equally likely. */
    @SafeVarargs
    public final <T> T pick(T... values) {
        return values[below(values.length)];
    }

    /** Reorders the list, every order equally likely. */
    public <T> void shuffle(List<T> values) {
        for (int i = values.size() - 1; i > 0; i--) {
            int j = below(i + 1);
            T kept = values.get(i);
            values.set(i, values.get(j));
            values.set(j, kept);
        }
    }
}
