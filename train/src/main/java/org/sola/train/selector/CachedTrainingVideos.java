package org.sola.train.selector;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.sola.dataset.ReferringDataset;
import org.sola.dataset.ReferringVideo;
import org.sola.mask.Rle;
import org.sola.precompute.CacheManifest;
import org.sola.precompute.TokenCache;
import org.sola.precompute.Track;
import org.sola.precompute.VideoTracks;
import org.sola.selector.VideoSize;

/**
 * Videos of a data set whose tracks are in a token cache. Tokens are read when a video is loaded; pseudo labels are
 * made then, once, and kept.
 */
public final class CachedTrainingVideos implements TrainingVideos {
    private final ReferringDataset dataset;
    private final TokenCache cache;
    private final TrackOverlap.Size labelSize;
    private final UnaryOperator<VideoTracks> view;
    private final List<ReferringVideo> videos;
    private final Map<String, CacheManifest> manifests;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    private CachedTrainingVideos(
            ReferringDataset dataset,
            TokenCache cache,
            TrackOverlap.Size labelSize,
            UnaryOperator<VideoTracks> view,
            List<ReferringVideo> videos,
            Map<String, CacheManifest> manifests) {
        this.dataset = dataset;
        this.cache = cache;
        this.labelSize = labelSize;
        this.view = view;
        this.videos = videos;
        this.manifests = manifests;
    }

    /**
     * The given videos as far as the cache holds them.
     *
     * @param wanted which tracks take part, by their source
     * @throws TrainingException when their tracks come from different models or settings, or tokens of different width
     */
    public static CachedTrainingVideos of(
            ReferringDataset dataset,
            TokenCache cache,
            List<ReferringVideo> videos,
            TrackOverlap.Size labelSize,
            Predicate<Track> wanted)
            throws IOException {
        return of(
                dataset,
                cache,
                videos,
                labelSize,
                tracks -> tracks.only(wanted.and(CachedTrainingVideos::servesAll)),
                video -> cache.manifest(video).tracks() > 0);
    }

    /**
     * The given videos as far as the cache holds them and {@code view} leaves tracks of them, which is found out by
     * reading all of them.
     *
     * @param view the tracks of a video that take part
     * @throws TrainingException when their tracks come from different models or settings
     */
    public static CachedTrainingVideos viewed(
            ReferringDataset dataset,
            TokenCache cache,
            List<ReferringVideo> videos,
            TrackOverlap.Size labelSize,
            UnaryOperator<VideoTracks> view)
            throws IOException {
        UnaryOperator<VideoTracks> common = tracks -> view.apply(tracks).only(CachedTrainingVideos::servesAll);
        return of(dataset, cache, videos, labelSize, common, video -> !common.apply(cache.read(video))
                .tracks()
                .isEmpty());
    }

    /** Tracks found for one expression would be wrong answers offered to the others. */
    private static boolean servesAll(Track track) {
        return track.expression().isEmpty();
    }

    /** Whether a video of the cache has tracks to train on. */
    @FunctionalInterface
    private interface Usable {
        boolean test(String video) throws IOException;
    }

    private static CachedTrainingVideos of(
            ReferringDataset dataset,
            TokenCache cache,
            List<ReferringVideo> videos,
            TrackOverlap.Size labelSize,
            UnaryOperator<VideoTracks> view,
            Usable usable)
            throws IOException {
        var present = new ArrayList<ReferringVideo>();
        var manifests = new LinkedHashMap<String, CacheManifest>();
        for (var video : videos) {
            if (cache.contains(video.id()) && usable.test(video.id())) {
                present.add(video);
                manifests.put(video.id(), cache.manifest(video.id()));
            }
        }
        CacheManifest first = null;
        for (var manifest : manifests.values()) {
            if (first != null && !first.fingerprint().equals(manifest.fingerprint())) {
                throw new TrainingException("cache " + cache.folder() + ": the tracks of " + manifest.video()
                        + " were made with another model or other settings than those of " + first.video()
                        + "; make one of them anew with 'sola precompute --overwrite'");
            }
            first = first == null ? manifest : first;
        }
        return new CachedTrainingVideos(dataset, cache, labelSize, view, present, manifests);
    }

    @Override
    public int size() {
        return videos.size();
    }

    @Override
    public int expressions(int index) {
        return videos.get(index).expressions().size();
    }

    @Override
    public int tokenDim(int index) {
        return manifests.get(videos.get(index).id()).tokenDim();
    }

    @Override
    public VideoSize size(int index) {
        var manifest = manifests.get(videos.get(index).id());
        return new VideoSize(Math.max(1, manifest.tracks()), Math.max(1, manifest.frames()));
    }

    @Override
    public Map<String, String> tokenOrigin() {
        return manifests.values().stream()
                .findFirst()
                .map(manifest -> manifest.fingerprint().tokenOrigin())
                .orElse(Map.of());
    }

    @Override
    public TrainingVideo load(int index) throws IOException {
        var video = videos.get(index);
        var before = known.get(video.id());
        if (before != null && before.rows().length > 0) {
            return before.video(video.id(), cache.tokens(video.id(), before.rows()));
        }
        var whole = cache.read(video.id());
        var tracks = view.apply(whole);
        var now = new Known(
                before == null ? label(video, tracks) : before.expressions(),
                rows(whole, tracks),
                tracks.tracks().size(),
                tracks.frames(),
                tracks.tokenDim());
        known.put(video.id(), now);
        return now.video(video.id(), tracks.tokens());
    }

    /**
     * What is kept of a video that was read once, so that its masks need not be read again.
     *
     * @param rows where its tracks are in the cache; none when the view changes more than which tracks there are
     */
    @SuppressWarnings("ArrayRecordComponent")
    private record Known(List<TrainingExpression> expressions, int[] rows, int tracks, int frames, int tokenDim) {
        TrainingVideo video(String id, float[] tokens) {
            return new TrainingVideo(id, tracks, frames, tokenDim, tokens, expressions);
        }
    }

    private static int[] rows(VideoTracks whole, VideoTracks kept) {
        var rows = kept.tracks().stream().mapToInt(whole.tracks()::indexOf).toArray();
        int length = whole.frames() * whole.tokenDim();
        for (int i = 0; i < rows.length; i++) {
            boolean isSame = rows[i] >= 0
                    && kept.frames() == whole.frames()
                    && kept.tokenDim() == whole.tokenDim()
                    && Arrays.equals(
                            whole.tokens(),
                            rows[i] * length,
                            (rows[i] + 1) * length,
                            kept.tokens(),
                            i * length,
                            (i + 1) * length);
            if (!isSame) {
                return new int[0];
            }
        }
        return rows;
    }

    /** Where the truth is known: frames without annotation say nothing about a track. */
    private record AnnotatedFrames(BitSet frames) {
        List<Rle> of(List<Rle> masks) {
            return frames.cardinality() == masks.size()
                    ? masks
                    : frames.stream().mapToObj(masks::get).toList();
        }
    }

    private List<TrainingExpression> label(ReferringVideo video, VideoTracks tracks) {
        var ids = video.annotationIds();
        var annotated = new AnnotatedFrames(dataset.annotatedFrames(video));
        var objects = new ArrayList<List<Rle>>();
        for (var id : ids) {
            objects.add(annotated.of(dataset.annotation(video, id, tracks.height(), tracks.width())));
        }
        var found = tracks.tracks().stream()
                .map(track -> annotated.of(track.masks()))
                .toList();
        var overlap = TrackOverlap.of(found, objects, labelSize);
        var labelled = new ArrayList<TrainingExpression>();
        for (var expression : video.expressions()) {
            var meant = expression
                    .annotationIds()
                    .orElseThrow(() -> new TrainingException("video " + video.id() + ", expression " + expression.id()
                            + " has no field anno_id: a split without truth cannot be trained on"));
            var best = overlap.best(meant.stream().mapToInt(ids::indexOf).toArray());
            var iou = new float[best.length];
            for (int i = 0; i < iou.length; i++) {
                iou[i] = best[i].iou();
            }
            labelled.add(new TrainingExpression(expression.id(), expression.text(), expression.kind(), iou));
        }
        return labelled;
    }
}
