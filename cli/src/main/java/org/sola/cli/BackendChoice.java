package org.sola.cli;

import java.util.Locale;

/** The methods that {@code --backend} knows. */
enum BackendChoice {
    /** Tracks of everything, then those that fit an expression. */
    SOLA,
    /** A key frame for each expression, and its mask followed. */
    FINDTRACK,
    /** Tracks of everything, of which FindTrack's networks choose too. */
    HYBRID;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
