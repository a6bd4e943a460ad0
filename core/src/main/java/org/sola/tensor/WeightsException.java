package org.sola.tensor;

/** A checkpoint that lacks a parameter, has one too many or one of another shape; the message names all three. */
public final class WeightsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    WeightsException(String message) {
        super(message);
    }
}
