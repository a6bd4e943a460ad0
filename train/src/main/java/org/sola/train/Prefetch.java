package org.sola.train;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Prepares the next few steps' data on one thread of its own, in order; what a step gets depends on its number alone. */
public final class Prefetch<T> implements AutoCloseable {
    private static final int AHEAD = 3;

    private final IntFunction<T> source;
    private final ExecutorService thread;
    private final Deque<Future<T>> waiting = new ArrayDeque<>();
    private int next;

    /**
     * @param first number of the first step
     * @param source makes a step's data, on the other thread
     */
    public Prefetch(int first, IntFunction<T> source) {
        this.source = source;
        this.next = first;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            var t = new Thread(task, "training-data");
            t.setDaemon(true);
            return t;
        });
    }

    /** The next step's data. */
    public T next() {
        while (waiting.size() < AHEAD) {
            int step = next++;
            waiting.add(thread.submit(() -> source.apply(step)));
        }
        try {
            return waiting.remove().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("training data cannot be made: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for training data", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
