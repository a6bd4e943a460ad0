package org.sola.cli;

import java.util.Locale;
import org.sola.precompute.PrecomputeListener;
import org.sola.precompute.PrecomputeResult;

/** Shows a precomputation on the console and stops it when the user asks. */
final class PrecomputeProgress implements PrecomputeListener {
    private final Console console;
    private final Progress progress;
    private int done;
    private String video = "";

    PrecomputeProgress(Console console, Progress progress) {
        this.console = console;
        this.progress = progress;
    }

    @Override
    public void started(String id, int index, int total) {
        video = id;
        done = index;
        progress.at(done, id);
    }

    @Override
    public void frames(Stage stage, int frames, int total) {
        String of = total > 0 ? "/" + total : "";
        progress.at(done, video + " " + stage.name().toLowerCase(Locale.ROOT) + " " + frames + of);
    }

    @Override
    public boolean isStopped() {
        return Thread.currentThread().isInterrupted();
    }

    @Override
    public void finished(PrecomputeResult.Done made) {
        progress.at(done + 1L, made.video() + ", " + made.tracks() + " tracks");
    }

    @Override
    public void skipped(String id) {
        progress.at(done + 1L, id + " was there");
    }

    @Override
    public void failed(PrecomputeResult.Failed failure) {
        progress.at(done + 1L, failure.video());
        console.warn("video " + failure.video() + ": " + failure.reason());
    }
}
