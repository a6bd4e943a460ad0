package org.sola.cli;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C as a clean stop: the working thread is interrupted and gets some seconds to put down what it holds. Every file
 * is written under a temporary name first, so a program that does not answer in time leaves nothing broken either.
 */
final class Interruption implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 8;
    private static volatile boolean requested;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;

    private Interruption(Thread worker, PrintWriter err) {
        hook = new Thread(() -> stop(worker, err), "stop");
    }

    /** Watches over the calling thread until {@link #end}. */
    static Interruption install(PrintWriter err) {
        var interruption = new Interruption(Thread.currentThread(), err);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /** Whether the user asked to stop. */
    static boolean isRequested() {
        return requested;
    }

    /**
     * Whether to stop here. It takes the interrupt off the calling thread: files cannot be written under one, and what
     * stops wants to write its checkpoint.
     */
    static boolean isTaken() {
        return Thread.interrupted() || requested;
    }

    private void stop(Thread worker, PrintWriter err) {
        if (ended.getCount() == 0) {
            return;
        }
        requested = true;
        worker.interrupt();
        try {
            if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                err.println(
                        "sola: stopped in the middle of a step; files are whole, the same command goes on from there");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(Failures.INTERRUPTED);
    }

    /** The work has ended; true when the caller may leave with a status of its own. */
    boolean end() {
        ended.countDown();
        return !requested;
    }

    @Override
    public void close() {
        ended.countDown();
    }
}
