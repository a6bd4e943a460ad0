package org.sola.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine;

/** Turns whatever ended a command into an exit status and one or two lines on stderr. */
final class Failures {
    static final int DONE = 0;
    static final int NOT_ALL_DONE = 1;
    static final int WRONG_INPUT = 2;
    static final int INTERRUPTED = 130;

    private Failures() {}

    /** Picocli's handler; the trace is shown with {@code --verbose} only. */
    static int report(Exception exception, CommandLine command, CommandLine.ParseResult parsed) {
        var cause = rootOf(exception);
        String name = command.getCommandSpec().qualifiedName();
        int status = statusOf(cause);
        var err = command.getErr();
        if (status == INTERRUPTED) {
            err.println(name + ": stopped; what is whole is kept, the same command goes on from there");
        } else {
            err.println(name + ": " + messageOf(cause));
        }
        boolean verbose = parsed.asCommandLineList().stream()
                .anyMatch(each -> each.getParseResult().hasMatchedOption("--verbose"));
        if (verbose) {
            exception.printStackTrace(err);
        } else if (isUnexpected(cause)) {
            err.println("this is a fault of the program; --verbose shows where it happened");
        }
        return status;
    }

    static int statusOf(Throwable cause) {
        if (isInterruption(cause)) {
            return INTERRUPTED;
        }
        boolean input = cause instanceof IllegalArgumentException
                || cause instanceof NoSuchFileException
                || cause instanceof FileNotFoundException
                || cause instanceof NotDirectoryException
                || cause instanceof AccessDeniedException
                || isFormatError(cause);
        return input ? WRONG_INPUT : NOT_ALL_DONE;
    }

    /** Exceptions of the project that describe a file's content: they are input, whatever they extend. */
    private static boolean isFormatError(Throwable cause) {
        return cause.getClass().getName().startsWith("org.sola.") && !(cause instanceof NotAllDoneException);
    }

    private static boolean isInterruption(Throwable cause) {
        return cause instanceof InterruptedException
                || cause instanceof ClosedByInterruptException
                || cause instanceof InterruptedIOException
                || cause instanceof CancellationException
                || Interruption.isRequested();
    }

    private static boolean isUnexpected(Throwable cause) {
        return !isInterruption(cause)
                && !(cause instanceof IllegalArgumentException)
                && !(cause instanceof IOException)
                && !(cause instanceof NotAllDoneException)
                && !isFormatError(cause);
    }

    private static Throwable rootOf(Throwable exception) {
        var cause = exception;
        while (cause.getCause() != null
                && (cause instanceof UncheckedIOException
                        || cause instanceof ExecutionException
                        || cause instanceof CompletionException)) {
            cause = cause.getCause();
        }
        return cause;
    }

    static String messageOf(Throwable cause) {
        String message = cause.getMessage() == null ? "" : cause.getMessage().strip();
        if (cause instanceof NoSuchFileException missing) {
            return missing.getFile() + " does not exist";
        }
        if (cause instanceof NotDirectoryException file) {
            return file.getFile() + " is not a folder";
        }
        if (cause instanceof AccessDeniedException denied) {
            return denied.getFile() + " may not be read or written; check its permissions";
        }
        if (cause instanceof FileSystemException file && file.getReason() != null) {
            return file.getFile() + ": " + file.getReason();
        }
        if (cause instanceof OutOfMemoryError) {
            return "out of memory: " + message;
        }
        if (message.isEmpty() || isUnexpected(cause)) {
            return (cause.getClass().getSimpleName() + " " + message).strip();
        }
        return message;
    }
}
