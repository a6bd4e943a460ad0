package org.sola.train;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/**
 * Prepares the next few steps' data on one thread of its own, in order; what a step gets depends on its number alone.
 * Closing it waits for the data that are just being made, then closes all that were not taken, where they can be closed;
 * afterwards its thread is gone.
 */
public final class Prefetch<T> implements AutoCloseable {
    private static final int AHEAD = 3;

    private final int end;
    private final IntFunction<T> source;
    private final ExecutorService thread;
    private final Deque<Future<Optional<T>>> waiting = new ArrayDeque<>();
    private volatile Thread worker; // null until the first data are asked for
    private volatile boolean isClosed;
    private int next;

    /**
     * @param first number of the first step
     * @param end number of the step after the last
     * @param source makes a step's data, on the other thread
     */
    public Prefetch(int first, int end, IntFunction<T> source) {
        this.end = end;
        this.source = source;
        this.next = first;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            var t = new Thread(task, "training-data");
            t.setDaemon(true);
            worker = t;
            return t;
        });
    }

    /** The next step's data. */
    public T next() {
        while (waiting.size() < AHEAD && next < end) {
            int step = next++;
            waiting.add(thread.submit(() -> isClosed ? Optional.empty() : Optional.of(source.apply(step))));
        }
        if (waiting.isEmpty()) {
            throw new NoSuchElementException("step " + end + " is after the last one");
        }
        try {
            return waiting.remove().get().orElseThrow();
        } catch (ExecutionException e) {
            throw new IllegalStateException("training data cannot be made: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for training data", e);
        }
    }

    @Override
    public void close() {
        isClosed = true;
        thread.shutdown();
        boolean isInterrupted = false;
        while (worker != null && worker.isAlive()) { // not cut short: the thread may be inside the engine
            try {
                worker.join();
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        waiting.forEach(Prefetch::discard);
        waiting.clear();
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static <T> void discard(Future<Optional<T>> made) {
        try {
            if (made.get().orElse(null) instanceof AutoCloseable closeable) {
                closeable.close();
            }
        } catch (ExecutionException e) {
            // it could not be made, and nobody waits for it any more
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            throw new IllegalStateException("training data cannot be closed: " + e, e);
        }
    }
}
