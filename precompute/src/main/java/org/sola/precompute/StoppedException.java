package org.sola.precompute;

/** Work that was asked to stop, between two frames; what was finished before is kept. */
public final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoppedException() {
        super("stopped", null, false, false);
    }
}
