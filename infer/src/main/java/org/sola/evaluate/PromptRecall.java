package org.sola.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sola.dataset.ReferringDataset;
import org.sola.mask.Rle;
import org.sola.precompute.CacheManifest;
import org.sola.precompute.TokenCache;
import org.sola.precompute.Track;
import org.sola.precompute.TrackedVideo;

/**
 * How well the tracks of one kind of prompts cover a data set's objects, and what they cost: a row of the table that
 * compares prompts.
 *
 * @param prompts what was prompted with: {@code "grid 16x16 + boxes of detector-nano"}
 * @param videos videos that the cache has
 * @param frames frames of all of them
 * @param tracks tracks of all of them, those of annotated objects left out
 * @param recall mean over the objects of the best track's mean IoU (0..1)
 * @param cost wall seconds of all of them; 0 where the cache's log does not say
 */
public record PromptRecall(
        String prompts, int videos, long frames, long tracks, double recall, TrackedVideo.Cost cost) {

    /**
     * Measures a cache on the videos that it has.
     *
     * @throws IllegalArgumentException when it has none of the data set's
     */
    public static PromptRecall of(ReferringDataset dataset, TokenCache cache) throws IOException {
        var objects = new ArrayList<ObjectCoverage>();
        var costs = cache.costs();
        var cost = TrackedVideo.Cost.NONE;
        var prompts = "";
        int videos = 0;
        long frames = 0;
        long count = 0;
        for (var video : dataset.videos()) {
            if (!cache.contains(video.id())) {
                continue;
            }
            var tracked = cache.read(video.id()).only(track -> !track.source().equals(Track.TRUTH));
            var masks = tracked.tracks().stream().map(Track::masks).toList();
            for (String id : video.annotationIds()) {
                List<Rle> truth = dataset.annotation(video, id, tracked.height(), tracked.width());
                objects.add(ObjectCoverage.of(masks, truth));
            }
            prompts = prompts(cache.manifest(video.id()));
            cost = cost.plus(costs.getOrDefault(video.id(), TrackedVideo.Cost.NONE));
            videos++;
            frames += tracked.frames();
            count += masks.size();
        }
        if (videos == 0) {
            throw new IllegalArgumentException(
                    cache.folder() + " has none of the data set's videos; run 'sola precompute" + " --out "
                            + cache.folder() + "' on it");
        }
        return new PromptRecall(
                prompts, videos, frames, count, TrackCoverage.of(objects).recall(), cost);
    }

    private static String prompts(CacheManifest manifest) {
        var settings = manifest.fingerprint().settings();
        var sources = List.of(manifest.origin().promptSources().split(","));
        var named = new ArrayList<String>();
        if (sources.contains(Track.GRID)) {
            String side = settings.getOrDefault("grid.pointsPerSide", "?");
            named.add("grid " + side + "x" + side);
        }
        if (sources.contains(Track.BOX)) {
            named.add("boxes of " + settings.getOrDefault("boxSource.source", "a detector"));
        }
        return String.join(" + ", named);
    }

    /** The heading over {@link #line}. */
    public static String heading() {
        return String.format(
                Locale.ROOT,
                "%-36s %7s %7s %9s %8s %8s %8s %9s",
                "prompts",
                "recall",
                "tracks",
                "s/video",
                "encode",
                "grid",
                "boxes",
                "propagate");
    }

    /** The row in columns; tracks and seconds are those of a video. */
    public String line() {
        return String.format(
                Locale.ROOT,
                "%-36s %7.3f %7.1f %9.2f %8.2f %8.2f %8.2f %9.2f",
                prompts,
                recall,
                perVideo(tracks),
                perVideo(cost.seconds()),
                perVideo(cost.encodeSeconds()),
                perVideo(cost.promptSeconds()),
                perVideo(cost.boxSeconds()),
                perVideo(cost.propagateSeconds()));
    }

    /** The mean over the videos. */
    public double perVideo(double sum) {
        return sum / videos;
    }

    /** The row as JSON fields, in order; seconds of all videos. */
    public Map<String, Object> document() {
        var document = new LinkedHashMap<String, Object>();
        document.put("prompts", prompts);
        document.put("videos", videos);
        document.put("frames", frames);
        document.put("tracks", tracks);
        document.put("track_recall", recall);
        document.put("seconds", cost.seconds());
        document.put("encode_seconds", cost.encodeSeconds());
        document.put("grid_seconds", cost.promptSeconds());
        document.put("box_seconds", cost.boxSeconds());
        document.put("propagate_seconds", cost.propagateSeconds());
        return document;
    }
}
