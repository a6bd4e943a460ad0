package org.sola.parity;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which elements of a large tensor a case keeps: {@code full}, {@code full[:, 4::8]} (start, stop and step per axis, as
 * in Python; a plain number drops its axis) or {@code row-major flat[::11]}.
 */
final class StoredSlice {
    private static final Pattern FULL = Pattern.compile("full\\[([^\\]]*)\\].*");
    private static final Pattern FLAT = Pattern.compile("row-major flat\\[([^\\]]*)\\].*");

    private StoredSlice() {}

    /** The row-major places, in a tensor of this shape, of the elements that {@code stored} keeps, in their order. */
    static int[] places(String stored, long[] shape) {
        int size = 1;
        for (long dimension : shape) {
            size = Math.multiplyExact(size, Math.toIntExact(dimension));
        }
        if (stored.strip().equals("full")) {
            return range(":", size);
        }
        var flat = FLAT.matcher(stored);
        if (flat.matches()) {
            return range(flat.group(1), size);
        }
        var full = FULL.matcher(stored);
        if (!full.matches()) {
            throw new IllegalArgumentException("the slice \"" + stored + "\" is of no known form");
        }
        List<int[]> axes = new ArrayList<>();
        var texts = full.group(1).split(",");
        for (int axis = 0; axis < shape.length; axis++) {
            axes.add(range(axis < texts.length ? texts[axis] : ":", Math.toIntExact(shape[axis])));
        }
        return product(axes, shape);
    }

    private static int[] product(List<int[]> axes, long[] shape) {
        int[] places = {0};
        for (int axis = 0; axis < shape.length; axis++) {
            int[] kept = axes.get(axis);
            var next = new int[places.length * kept.length];
            int n = 0;
            for (int place : places) {
                for (int k : kept) {
                    next[n++] = place * (int) shape[axis] + k;
                }
            }
            places = next;
        }
        return places;
    }

    private static int[] range(String text, int size) {
        var parts = text.strip().split(":", -1);
        if (parts.length == 1) {
            int index = Integer.parseInt(parts[0].strip());
            return new int[] {index < 0 ? index + size : index};
        }
        int start = number(parts[0], 0, size);
        int stop = number(parts[1], size, size);
        int step = parts.length > 2 ? number(parts[2], 1, size) : 1;
        int n = Math.max(0, (stop - start + step - 1) / step);
        var places = new int[n];
        for (int i = 0; i < n; i++) {
            places[i] = start + i * step;
        }
        return places;
    }

    private static int number(String text, int otherwise, int size) {
        if (text.isBlank()) {
            return otherwise;
        }
        int value = Integer.parseInt(text.strip());
        return value < 0 ? value + size : value;
    }
}
