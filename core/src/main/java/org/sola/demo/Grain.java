package org.sola.demo;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Procedural fields of 256x256 values 0..255 that surfaces are coloured from; each is computed once and kept. */
enum Grain {
    CLOUDS,
    NOISE,
    FIBRES,
    MARBLE,
    RINGS,
    STRIPES,
    CHECKER,
    DOTS,
    CELLS,
    TILES,
    RIDGES,
    SLOPE;

    static final int SIZE = 256;
    /** How many different fields there are of each kind. */
    static final int VARIANTS = 5;

    private record Key(Grain grain, int variant) {}

    private static final Map<Key, byte[]> FIELDS = new ConcurrentHashMap<>();

    /** The field, row by row; not to be written to. */
    byte[] field(int variant) {
        return FIELDS.computeIfAbsent(new Key(this, variant), key -> compute(key.grain, key.variant));
    }

    private static byte[] compute(Grain grain, int variant) {
        long seed = DemoRandom.of(grain.ordinal(), "grain", variant).nextLong();
        var field = new byte[SIZE * SIZE];
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                double value = grain.value(seed, variant, x, y);
                field[y * SIZE + x] = (byte) (int) Math.max(0, Math.min(255, value * 255 + 0.5));
            }
        }
        return field;
    }

    private double value(long seed, int variant, int x, int y) {
        double step = 6 << variant % 3 + (variant > 2 ? 1 : 0); // 6 to 48 pixels
        return switch (this) {
            case CLOUDS -> stretched(fractal(seed, x / 96.0, y / 96.0, 4));
            case NOISE -> stretched(fractal(seed, x / (4.0 + 3 * variant), y / (4.0 + 3 * variant), 3));
            case FIBRES -> stretched(fractal(seed, x / (2.0 + variant), y / (14.0 + 5 * variant), 3));
            case MARBLE -> wave(x / (20.0 + 8 * variant) + 5 * fractal(seed, x / 64.0, y / 64.0, 4));
            case RINGS -> rings(seed, variant, x, y);
            case STRIPES -> ramp(wave(x / step + 0.15 * fractal(seed, x / 40.0, y / 40.0, 2)), 3);
            case CHECKER -> ((int) (x / step) + (int) (y / step)) % 2 == 0 ? 0.1 : 0.9;
            case DOTS -> dots(step * 1.5, x, y);
            case CELLS -> cells(seed, x / (step * 1.5), y / (step * 1.5));
            case TILES -> tiles(seed, step * 1.6, x, y);
            case RIDGES -> 1 - Math.abs(2 * stretched(fractal(seed, x / 48.0, y / 48.0, 4)) - 1);
            case SLOPE -> (variant % 2 == 0 ? y : (x + y) / 2.0) / SIZE;
        };
    }

    private static double stretched(double value) {
        return Math.max(0, Math.min(1, (value - 0.5) * 1.9 + 0.5));
    }

    private static double wave(double turns) {
        return 0.5 + 0.5 * StrictMath.sin(2 * StrictMath.PI * turns);
    }

    private static double ramp(double value, double steepness) {
        return Math.max(0, Math.min(1, (value - 0.5) * steepness + 0.5));
    }

    private static double rings(long seed, int variant, int x, int y) {
        double dx = x - 300;
        double dy = (y - 128) * 0.25;
        double distance = StrictMath.sqrt(dx * dx + dy * dy) + 14 * fractal(seed, x / 80.0, y / 240.0, 3);
        double fine = fractal(seed + 1, x / 3.0, y / 60.0, 2);
        return 0.7 * wave(distance / (9.0 + 4 * variant)) + 0.3 * fine;
    }

    private static double dots(double step, int x, int y) {
        double row = StrictMath.floor(y / step);
        double dx = x / step + (row % 2 == 0 ? 0 : 0.5);
        dx -= StrictMath.floor(dx) + 0.5;
        double dy = y / step - row - 0.5;
        return ramp(0.5 + (0.32 - StrictMath.sqrt(dx * dx + dy * dy)) * step / 4, 1.5);
    }

    private static double cells(long seed, double x, double y) {
        int cellX = (int) StrictMath.floor(x);
        int cellY = (int) StrictMath.floor(y);
        double nearest = 9;
        double second = 9;
        double tone = 0;
        for (int j = cellY - 1; j <= cellY + 1; j++) {
            for (int i = cellX - 1; i <= cellX + 1; i++) {
                long hash = hash(seed, i, j);
                double dx = i + (hash & 0xFFFF) / 65536.0 - x;
                double dy = j + (hash >>> 16 & 0xFFFF) / 65536.0 - y;
                double distance = dx * dx + dy * dy;
                if (distance < nearest) {
                    second = nearest;
                    nearest = distance;
                    tone = (hash >>> 32 & 0xFFFF) / 65536.0;
                } else if (distance < second) {
                    second = distance;
                }
            }
        }
        double edge = Math.min(1, (StrictMath.sqrt(second) - StrictMath.sqrt(nearest)) * 6);
        return edge * (0.25 + 0.75 * tone);
    }

    private static double tiles(long seed, double step, int x, int y) {
        double row = StrictMath.floor(y / step);
        double along = x / (2 * step) + (row % 2 == 0 ? 0 : 0.5);
        double column = StrictMath.floor(along);
        double toEdgeX = Math.min(along - column, 1 - along + column) * 2 * step;
        double toEdgeY = Math.min(y / step - row, 1 - y / step + row) * step;
        if (Math.min(toEdgeX, toEdgeY) < 1.3) {
            return 0.05;
        }
        double tone = (hash(seed, (int) column, (int) row) & 0xFFFF) / 65536.0;
        return 0.45 + 0.35 * tone + 0.2 * fractal(seed, x / 5.0, y / 5.0, 2);
    }

    /** Sum of octaves of smooth noise, 0..1 around 0.5. */
    private static double fractal(long seed, double x, double y, int octaves) {
        double sum = 0;
        double weight = 0;
        double amplitude = 1;
        double frequency = 1;
        for (int i = 0; i < octaves; i++) {
            sum += amplitude * smooth(seed + i, x * frequency, y * frequency);
            weight += amplitude;
            amplitude /= 2;
            frequency *= 2;
        }
        return sum / weight;
    }

    private static double smooth(long seed, double x, double y) {
        int x0 = (int) StrictMath.floor(x);
        int y0 = (int) StrictMath.floor(y);
        double fx = x - x0;
        double fy = y - y0;
        fx = fx * fx * (3 - 2 * fx);
        fy = fy * fy * (3 - 2 * fy);
        double top = lattice(seed, x0, y0) * (1 - fx) + lattice(seed, x0 + 1, y0) * fx;
        double bottom = lattice(seed, x0, y0 + 1) * (1 - fx) + lattice(seed, x0 + 1, y0 + 1) * fx;
        return top * (1 - fy) + bottom * fy;
    }

    private static double lattice(long seed, int x, int y) {
        return (hash(seed, x, y) >>> 11) * 0x1p-53;
    }

    private static long hash(long seed, int x, int y) {
        return DemoRandom.mix(seed + x * 0x9E3779B97F4A7C15L + y * 0xC2B2AE3D27D4EB4FL);
    }
}
