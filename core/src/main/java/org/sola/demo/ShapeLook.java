package org.sola.demo;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A plain shape in one colour, lighter towards its top.
 *
 * @param shape which
 * @param paint its colour
 */
public record ShapeLook(Shape shape, NamedColour paint) implements Look {
    private static final int SIZE = 128;
    private static final Map<ShapeLook, Texture> TEXTURES = new ConcurrentHashMap<>();

    @Override
    public Texture texture() {
        return TEXTURES.computeIfAbsent(this, ShapeLook::draw);
    }

    private Texture draw() {
        var coverage = shape.outline().coverage(SIZE);
        var argb = new int[SIZE * SIZE];
        for (int y = 0; y < SIZE; y++) {
            double light = paint.value() * (1.08 - 0.22 * y / SIZE);
            int rgb = NamedColour.rgb(paint.hue(), paint.saturation(), Math.min(1, light));
            for (int x = 0; x < SIZE; x++) {
                argb[y * SIZE + x] = coverage[y * SIZE + x] << 24 | rgb;
            }
        }
        return Texture.ofStraight(SIZE, SIZE, argb);
    }

    @Override
    public Optional<NamedColour> colour() {
        return Optional.of(paint);
    }

    @Override
    public boolean turnVisible() {
        return shape.turnVisible();
    }
}
