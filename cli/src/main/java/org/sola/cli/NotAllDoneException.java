package org.sola.cli;

/** Some of the work could not be done; what could is kept. Exit status 1. */
final class NotAllDoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotAllDoneException(String message) {
        super(message);
    }
}
