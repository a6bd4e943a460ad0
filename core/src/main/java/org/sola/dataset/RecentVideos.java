package org.sola.dataset;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * What was read of the last few videos, so that the expressions of a video read its files once. Memory does not grow
 * with the number of videos.
 */
final class RecentVideos<T> {
    private static final int KEPT = 8;

    private final Function<ReferringVideo, T> reader;
    private final Map<String, T> recent = new LinkedHashMap<>(16, 0.75f, true);

    RecentVideos(Function<ReferringVideo, T> reader) {
        this.reader = reader;
    }

    T get(ReferringVideo video) {
        synchronized (this) {
            var known = recent.get(video.id());
            if (known != null) {
                return known;
            }
        }
        var read = reader.apply(video); // outside the lock: other videos need not wait
        synchronized (this) {
            recent.put(video.id(), read);
            while (recent.size() > KEPT) {
                recent.remove(recent.keySet().iterator().next());
            }
        }
        return read;
    }
}
