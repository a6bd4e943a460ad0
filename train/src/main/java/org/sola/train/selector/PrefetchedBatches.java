package org.sola.train.selector;

import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import java.io.IOException;
import java.util.Iterator;
import org.sola.train.Prefetch;

/**
 * Batches of a data set, the next few made ahead on a thread of their own: videos are read and texts encoded while the
 * step before is computed, and never more of them are in memory. Closing it ends the thread and frees what was not taken.
 */
final class PrefetchedBatches implements AutoCloseable {
    private final NDManager manager;
    private final Prefetch<Batch> ahead;
    private final int count;
    private int taken;

    /** Makes the batches of a manager's own. */
    @FunctionalInterface
    interface Source {
        Iterator<Batch> of(NDManager manager) throws IOException;
    }

    /**
     * @param parent of the batches' managers
     * @param source the batches in their order
     * @param count how many there are
     */
    PrefetchedBatches(NDManager parent, Source source, int count) throws IOException {
        this.manager = parent.newSubManager();
        var batches = source.of(manager);
        this.ahead = new Prefetch<>(0, count, number -> batches.next());
        this.count = count;
    }

    boolean hasNext() {
        return taken < count;
    }

    /** The next one, which the caller closes. */
    Batch next() throws IOException {
        taken++;
        try {
            return ahead.next();
        } catch (IllegalStateException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof IOException notRead) {
                    throw notRead;
                }
                if (cause instanceof TrainingException refused) {
                    throw refused;
                }
            }
            throw e;
        }
    }

    @Override
    public void close() {
        ahead.close();
        manager.close();
    }
}
