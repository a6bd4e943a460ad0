package org.sola.catalogue;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Closes a stream from which nothing comes, so that its reader does not wait for ever. */
final class SilenceWatch implements AutoCloseable {
    private final ScheduledExecutorService timer;
    private volatile long lastHeard = System.nanoTime();

    private SilenceWatch() {
        timer = Executors.newSingleThreadScheduledExecutor(task -> {
            var thread = new Thread(task, "silence");
            thread.setDaemon(true);
            return thread;
        });
    }

    static SilenceWatch over(InputStream stream, Duration longest) {
        var watch = new SilenceWatch();
        long step = Math.max(1, longest.toMillis() / 4);
        watch.timer.scheduleWithFixedDelay(
                () -> {
                    if (System.nanoTime() - watch.lastHeard > longest.toNanos()) {
                        try {
                            stream.close();
                        } catch (IOException e) {
                            // the reader meets the same failure
                        }
                    }
                },
                step,
                step,
                TimeUnit.MILLISECONDS);
        return watch;
    }

    void heard() {
        lastHeard = System.nanoTime();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
