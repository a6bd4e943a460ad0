package org.sola.precompute;

import org.sola.mask.Mask;

/** The size at which masks of a video are compared. */
public enum MaskComparison {
    /** The masks as they are. */
    NATIVE {
        @Override
        public Mask track(Mask mask) {
            return mask;
        }

        @Override
        Mask prompt(Mask mask) {
            return mask;
        }
    },

    /**
     * SOLA's comparison: 540x960 for a landscape video, 960x540 otherwise; tracks and annotations resized bilinearly
     * and cut above one half, prompts by nearest neighbour.
     */
    OFFICIAL {
        @Override
        public Mask track(Mask mask) {
            return BilinearMask.resize(mask, height(mask), width(mask));
        }

        @Override
        Mask prompt(Mask mask) {
            return mask.resizeNearest(height(mask), width(mask));
        }
    };

    private static final int SHORT_SIDE = 540;
    private static final int LONG_SIDE = 960;

    /** A track's mask, or an annotated one, at the size of comparison. */
    public abstract Mask track(Mask mask);

    /** A prompt's mask at the size of comparison. */
    abstract Mask prompt(Mask mask);

    private static int height(Mask mask) {
        return mask.height() < mask.width() ? SHORT_SIDE : LONG_SIDE;
    }

    private static int width(Mask mask) {
        return mask.height() < mask.width() ? LONG_SIDE : SHORT_SIDE;
    }
}
