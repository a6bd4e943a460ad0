package org.sola.pickle;

/** Python's {@code None}. */
public enum None {
    NONE
}
