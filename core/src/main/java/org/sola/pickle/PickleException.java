package org.sola.pickle;

/** A pickle that is damaged, or that asks for more than data; the message says at which byte and what was found. */
public final class PickleException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** What a {@link PickleFunction} says of arguments that do not fit; the reader adds the place. */
    public PickleException(String what) {
        super(what);
    }

    PickleException(long at, String what) {
        super("byte " + at + ": " + what);
    }
}
