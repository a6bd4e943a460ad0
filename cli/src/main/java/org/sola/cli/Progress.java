package org.sola.cli;

import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How far a long piece of work is: a bar on a terminal, a line now and then elsewhere. Safe to step from any thread. */
abstract class Progress implements AutoCloseable {
    private static final long LINE_EVERY_NANOS = 10_000_000_000L;

    /** The work is at {@code done}; {@code note} says what was done last or how good it is, and may be empty. */
    abstract void at(long done, String note);

    @Override
    public abstract void close();

    static Progress silent() {
        return new Progress() {
            @Override
            void at(long done, String note) {}

            @Override
            public void close() {}
        };
    }

    static Progress bar(String task, long total) {
        var bar = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                .setUpdateIntervalMillis(250)
                .build();
        return new Bar(bar);
    }

    static Progress lines(String task, long total, PrintWriter err) {
        return new Lines(task, total, err);
    }

    private static final class Bar extends Progress {
        private final ProgressBar bar;

        Bar(ProgressBar bar) {
            this.bar = bar;
        }

        @Override
        void at(long done, String note) {
            bar.stepTo(done);
            bar.setExtraMessage(note.isEmpty() ? "" : " " + note);
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    private static final class Lines extends Progress {
        private final String task;
        private final long total;
        private final PrintWriter err;
        private final long started = System.nanoTime();
        private long lastLine = started;
        private long last = -1;
        private String lastNote = "";

        Lines(String task, long total, PrintWriter err) {
            this.task = task;
            this.total = total;
            this.err = err;
        }

        @Override
        synchronized void at(long done, String note) {
            last = done;
            lastNote = note;
            long now = System.nanoTime();
            if (done >= total || now - lastLine >= LINE_EVERY_NANOS) {
                lastLine = now;
                print();
            }
        }

        private void print() {
            double seconds = (System.nanoTime() - started) / 1e9;
            err.println(String.format(
                    Locale.ROOT,
                    "%s: %d%s, %.0f s%s",
                    task,
                    last,
                    total == Long.MAX_VALUE ? "" : " of " + total,
                    seconds,
                    lastNote.isEmpty() ? "" : ", " + lastNote));
            last = -1;
        }

        @Override
        public synchronized void close() {
            if (last >= 0 && last < total) {
                print();
            }
        }
    }
}
