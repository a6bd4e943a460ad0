package org.sola.train.selector;

/** A training that cannot go on; the message says where and what to do. */
public final class TrainingException extends RuntimeException {
    public TrainingException(String message) {
        super(message);
    }
}
