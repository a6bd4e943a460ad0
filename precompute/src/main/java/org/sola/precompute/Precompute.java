package org.sola.precompute;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Fills a token cache: every video that is not there yet is tracked and written. Stopping at any moment, even by killing
 * the process, and running again ends in the same files. A video that cannot be done is reported and the others are done;
 * a cache that cannot be written ends the run.
 */
public final class Precompute {
    private final TokenCache cache;
    private final VideoTracker tracker;
    private final boolean overwrites;

    private Precompute(TokenCache cache, VideoTracker tracker, boolean overwrites) {
        this.cache = cache;
        this.tracker = tracker;
        this.overwrites = overwrites;
    }

    /** Keeps what is in the cache, and refuses a cache that something else has made. */
    public static Precompute resuming(TokenCache cache, VideoTracker tracker) {
        return new Precompute(cache, tracker, false);
    }

    /** Makes every video anew. */
    public static Precompute overwriting(TokenCache cache, VideoTracker tracker) {
        return new Precompute(cache, tracker, true);
    }

    /**
     * Does this process's part of the videos.
     *
     * @throws CacheException when the cache was made with other weights or settings
     * @throws IOException when the cache cannot be read or written
     */
    public PrecomputeResult run(List<VideoSource> videos, Shard shard, PrecomputeListener listener) throws IOException {
        long start = System.nanoTime();
        if (!overwrites) {
            cache.requireFingerprint(tracker.fingerprint());
        }
        var done = new ArrayList<PrecomputeResult.Done>();
        var skipped = new ArrayList<String>();
        var failed = new ArrayList<PrecomputeResult.Failed>();
        boolean isStopped = false;
        var mine = shard.of(videos);
        for (int i = 0; i < mine.size() && !isStopped; i++) {
            var video = mine.get(i);
            if (listener.isStopped()) {
                isStopped = true;
                continue;
            }
            listener.started(video.id(), i, mine.size());
            try {
                var outcome = make(video, listener);
                if (outcome == null) {
                    skipped.add(video.id());
                    listener.skipped(video.id());
                } else {
                    done.add(outcome);
                    listener.finished(outcome);
                }
            } catch (StoppedException e) {
                isStopped = true;
            } catch (BrokenVideoException e) {
                if (listener.isStopped()) { // reading fails as well when the thread is interrupted
                    isStopped = true;
                    continue;
                }
                var failure = new PrecomputeResult.Failed(video.id(), e.getMessage());
                failed.add(failure);
                listener.failed(failure);
            }
        }
        long peak = ProcessMemory.peakResidentBytes().orElse(0);
        return new PrecomputeResult(done, skipped, failed, isStopped, secondsSince(start), peak);
    }

    /** What was made, or null when it was there. */
    private PrecomputeResult.Done make(VideoSource video, PrecomputeListener listener)
            throws IOException, BrokenVideoException {
        TrackedVideo tracked;
        String stamp;
        try {
            stamp = tracker.stamp(video);
            if (!overwrites && isThere(video.id(), stamp)) {
                return null;
            }
            tracked = track(video, listener);
        } catch (StoppedException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new BrokenVideoException(e);
        }
        var origin =
                new CacheManifest.Origin(tracker.promptSources(), tracked.prompts(), tracked.encoderCalls(), stamp);
        var tracks = tracked.tracks();
        cache.write(tracks, origin, tracker.fingerprint());
        int count = tracks.tracks().size();
        cache.log()
                .append(
                        video.id(),
                        tracks.frames(),
                        count,
                        tracked.cost(),
                        ProcessMemory.peakResidentBytes().orElse(0));
        return new PrecomputeResult.Done(
                video.id(), tracks.frames(), count, tracked.prompts(), tracked.encoderCalls(), tracked.cost());
    }

    private TrackedVideo track(VideoSource video, PrecomputeListener listener) throws IOException {
        try {
            return tracker.track(video, listener);
        } finally {
            ProcessMemory.giveBackFreed();
        }
    }

    /** A whole entry of this very video; an incomplete one is made anew, one of other frames is refused. */
    private boolean isThere(String id, String stamp) throws IOException {
        if (!cache.contains(id)) {
            return false;
        }
        var origin = cache.manifest(id).origin();
        var file = FileSet.of(cache.folder(), id).manifest();
        if (!origin.frameStamp().equals(stamp)) {
            throw new CacheException(
                    file,
                    "was made from other frames or boxes (" + origin.frameStamp() + ", now " + stamp
                            + "); use another folder or --overwrite");
        }
        if (!origin.promptSources().equals(tracker.promptSources())) {
            throw new CacheException(
                    file,
                    "was made with prompts from " + origin.promptSources() + ", now asked for are "
                            + tracker.promptSources() + "; use another folder or --overwrite");
        }
        return true;
    }

    static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    /** A video that cannot be done, as opposed to a cache that cannot be written. */
    private static final class BrokenVideoException extends Exception {
        private static final long serialVersionUID = 1L;

        BrokenVideoException(Exception cause) {
            super(cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
        }
    }
}
