package org.sola.dataset;

/** A data set, or a video of one, that cannot be used; the message names file and field. */
public final class DatasetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DatasetException(String message) {
        super(message);
    }
}
