package org.sola.mask;

/** Run lengths that are no mask; the message begins with the field, {@code size} or {@code counts}. */
public final class RleException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public RleException(String message) {
        super(message);
    }
}
