package org.sola.sam2;

import java.util.List;
import org.sola.mask.Mask;

/**
 * What SAM 2 is told about one object on one frame. Coordinates are pixels of the original image, x before y, pixel
 * (0, 0) centred at (0, 0).
 */
public sealed interface Prompt permits Prompt.PointPrompt, Prompt.BoxPrompt, Prompt.MaskPrompt {
    /** One click that belongs to the object. */
    static Prompt point(double x, double y) {
        return new PointPrompt(List.of(new Click(x, y, true)));
    }

    /**
     * A place that belongs to the object or does not.
     *
     * @param x column in pixels
     * @param y row in pixels
     * @param isPositive whether the object is there
     */
    record Click(double x, double y, boolean isPositive) {
        public Click {
            if (!Double.isFinite(x) || !Double.isFinite(y)) {
                throw new IllegalArgumentException("a click needs finite coordinates, not (" + x + ", " + y + ")");
            }
        }
    }

    /** One or more clicks. */
    record PointPrompt(List<Click> clicks) implements Prompt {
        public PointPrompt {
            clicks = List.copyOf(clicks);
            if (clicks.isEmpty()) {
                throw new IllegalArgumentException("a point prompt needs at least one click");
            }
        }
    }

    /**
     * A box around the object, refined by any number of clicks.
     *
     * @param left smallest x
     * @param top smallest y
     * @param right largest x
     * @param bottom largest y
     */
    record BoxPrompt(double left, double top, double right, double bottom, List<Click> clicks) implements Prompt {
        public BoxPrompt {
            clicks = List.copyOf(clicks);
            if (!(left <= right && top <= bottom && right - left + bottom - top < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("a box needs finite left <= right and top <= bottom, not (" + left
                        + ", " + top + ", " + right + ", " + bottom + ")");
            }
        }

        public BoxPrompt(double left, double top, double right, double bottom) {
            this(left, top, right, bottom, List.of());
        }
    }

    /** The object's mask itself, at the original image's size. */
    record MaskPrompt(Mask mask) implements Prompt {}
}
