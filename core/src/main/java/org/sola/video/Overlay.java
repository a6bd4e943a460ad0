package org.sola.video;

import java.util.ArrayList;
import java.util.List;
import org.sola.image.RgbImage;
import org.sola.mask.Mask;

/** Paints objects over frames: a tint, a contour and a small label each, in a colour of its own. */
public final class Overlay {
    private static final float TINT = 0.42f;
    private static final int CAPTION_LINES = 3;

    private Overlay() {}

    /** A copy of {@code frame} with the objects painted; the later ones lie above. */
    public static RgbImage paint(RgbImage frame, List<OverlayObject> objects) {
        var canvas = Canvas.copyOf(frame);
        var shapes = new ArrayList<Shape>();
        for (var object : objects) {
            requireSameSize(frame, object.mask());
            if (!object.mask().isEmpty()) {
                shapes.add(Shape.of(object));
            }
        }
        shapes.forEach(shape -> shape.tint(canvas));
        int thickness = Math.max(1, Math.round(Math.min(frame.height(), frame.width()) / 260f));
        shapes.forEach(shape -> shape.outline(canvas, thickness));
        int size = textSize(frame.height(), frame.width());
        var taken = new ArrayList<Label>();
        for (var shape : shapes) {
            if (!shape.object.label().isBlank()) {
                var label = Label.beside(shape, canvas, size, taken);
                label.paint(canvas, size);
                taken.add(label);
            }
        }
        return canvas.toImage();
    }

    /** A size that can be read on a picture of this size, in pixels. */
    static int textSize(int height, int width) {
        return Math.max(10, Math.round(Math.min(height, width) / 32f));
    }

    /** The frame with a strip below that holds a text, on up to three lines; without a text the frame as it is. */
    public static RgbImage caption(RgbImage frame, String text) {
        if (text.isBlank()) {
            return frame;
        }
        int size = textSize(frame.height(), frame.width()) + 2;
        int padding = size / 2;
        var lines = Lettering.wrap(text, size, frame.width() - 2 * padding, CAPTION_LINES);
        int strip = lines.size() * Lettering.lineHeight(size) + 2 * padding - size / 4;
        var canvas = Canvas.filled(frame.height() + strip, frame.width(), Colour.INK);
        canvas.place(frame, 0, 0);
        for (int i = 0; i < lines.size(); i++) {
            int top = frame.height() + padding - size / 8 + i * Lettering.lineHeight(size);
            Lettering.draw(canvas, lines.get(i), padding, top, size, Colour.WHITE);
        }
        return canvas.toImage();
    }

    private static void requireSameSize(RgbImage frame, Mask mask) {
        if (mask.height() != frame.height() || mask.width() != frame.width()) {
            throw new IllegalArgumentException("a mask of " + mask.height() + "x" + mask.width()
                    + " cannot be painted over a frame of " + frame.height() + "x" + frame.width()
                    + " (height x width); resize it first");
        }
    }

    /** An object's pixels within the smallest rectangle that holds them. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Shape(OverlayObject object, int top, int left, int rows, int columns, boolean[] inside) {
        static Shape of(OverlayObject object) {
            var mask = object.mask();
            int top = mask.height();
            int bottom = -1;
            int left = mask.width();
            int right = -1;
            for (int y = 0; y < mask.height(); y++) {
                for (int x = 0; x < mask.width(); x++) {
                    if (mask.get(y, x)) {
                        top = Math.min(top, y);
                        bottom = y;
                        left = Math.min(left, x);
                        right = Math.max(right, x);
                    }
                }
            }
            int rows = bottom - top + 1;
            int columns = right - left + 1;
            var inside = new boolean[rows * columns];
            for (int i = 0; i < inside.length; i++) {
                inside[i] = mask.get(top + i / columns, left + i % columns);
            }
            return new Shape(object, top, left, rows, columns, inside);
        }

        private boolean has(boolean[] pixels, int y, int x) {
            return y >= 0 && x >= 0 && y < rows && x < columns && pixels[y * columns + x];
        }

        Colour colour() {
            return Colour.ofObject(object.number());
        }

        void tint(Canvas canvas) {
            for (int i = 0; i < inside.length; i++) {
                if (inside[i]) {
                    canvas.blend(top + i / columns, left + i % columns, colour(), TINT);
                }
            }
        }

        /** Paints the pixels that go when the shape shrinks by {@code thickness}; the picture's border shrinks it too. */
        void outline(Canvas canvas, int thickness) {
            var remaining = inside;
            for (int i = 0; i < thickness; i++) {
                var shrunk = new boolean[remaining.length];
                for (int y = 0; y < rows; y++) {
                    for (int x = 0; x < columns; x++) {
                        shrunk[y * columns + x] = remaining[y * columns + x]
                                && has(remaining, y - 1, x)
                                && has(remaining, y + 1, x)
                                && has(remaining, y, x - 1)
                                && has(remaining, y, x + 1);
                    }
                }
                remaining = shrunk;
            }
            for (int i = 0; i < inside.length; i++) {
                if (inside[i] && !remaining[i]) {
                    canvas.blend(top + i / columns, left + i % columns, colour(), 1);
                }
            }
        }
    }

    /** A text on a plate of the object's colour. */
    private record Label(String text, Colour colour, int top, int left, int rows, int columns) {
        /** Above the object if there is room, else below its upper edge; moved down until it covers no other label. */
        static Label beside(Shape shape, Canvas canvas, int size, List<Label> taken) {
            String text = shape.object.label().strip();
            int padding = Math.max(2, size / 4);
            int rows = Lettering.lineHeight(size) + 1;
            int columns = Lettering.width(text, size) + 2 * padding;
            int left = clamp(shape.left + (shape.columns - columns) / 2, canvas.width() - columns);
            int top = clamp(shape.top - rows - 1, canvas.height() - rows);
            var label = new Label(text, shape.colour(), top, left, rows, columns);
            while (taken.stream().anyMatch(label::overlaps) && label.top + 2 * rows < canvas.height()) {
                label = new Label(text, label.colour, label.top + rows + 1, left, rows, columns);
            }
            return label;
        }

        private static int clamp(int value, int most) {
            return Math.max(0, Math.min(value, most));
        }

        private boolean overlaps(Label other) {
            return top < other.top + other.rows
                    && other.top < top + rows
                    && left < other.left + other.columns
                    && other.left < left + columns;
        }

        void paint(Canvas canvas, int size) {
            canvas.fill(top, left, rows, columns, colour, 0.88f);
            Lettering.draw(canvas, text, left + Math.max(2, size / 4), top, size, colour.readable());
        }
    }
}
