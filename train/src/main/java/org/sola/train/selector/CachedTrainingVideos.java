package org.sola.train.selector;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.sola.dataset.ReferringDataset;
import org.sola.dataset.ReferringVideo;
import org.sola.mask.Rle;
import org.sola.precompute.CacheManifest;
import org.sola.precompute.TokenCache;
import org.sola.precompute.Track;
import org.sola.precompute.VideoTracks;
import org.sola.selector.VideoSize;

/**
 * Videos of a data set whose tracks are in a token cache. Of the tokens only what a step sees is read, from a mapping of
 * the file. Pseudo labels follow from the overlaps of tracks and annotations, which are computed once for all trainings
 * (see {@link StoredOverlaps}).
 */
public final class CachedTrainingVideos implements TrainingVideos {
    private final ReferringDataset dataset;
    private final TokenCache cache;
    private final TrackOverlap.Size labelSize;
    private final Selection selection;
    private final List<ReferringVideo> videos;
    private final Map<String, CacheManifest> manifests;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    private CachedTrainingVideos(
            ReferringDataset dataset,
            TokenCache cache,
            TrackOverlap.Size labelSize,
            Selection selection,
            List<ReferringVideo> videos,
            Map<String, CacheManifest> manifests) {
        this.dataset = dataset;
        this.cache = cache;
        this.labelSize = labelSize;
        this.selection = selection;
        this.videos = videos;
        this.manifests = manifests;
    }

    /**
     * The given videos as far as the cache holds them.
     *
     * @param wanted which tracks take part, by their {@link Track#source}
     * @throws TrainingException when their tracks come from different models or settings, or tokens of different width
     */
    public static CachedTrainingVideos of(
            ReferringDataset dataset,
            TokenCache cache,
            List<ReferringVideo> videos,
            TrackOverlap.Size labelSize,
            Predicate<String> wanted)
            throws IOException {
        return of(
                dataset,
                cache,
                videos,
                labelSize,
                new Selection(wanted, Optional.empty()),
                video -> cache.manifest(video).tracks() > 0);
    }

    /**
     * The tracks that take part.
     *
     * @param sources of the cache's own tracks
     * @param view what becomes of a video's tracks instead, where they are not taken as they are
     */
    private record Selection(Predicate<String> sources, Optional<UnaryOperator<VideoTracks>> view) {}

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
        return of(
                dataset,
                cache,
                videos,
                labelSize,
                new Selection(source -> true, Optional.of(common)),
                video -> !common.apply(cache.read(video)).tracks().isEmpty());
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
            Selection selection,
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
        return new CachedTrainingVideos(dataset, cache, labelSize, selection, present, manifests);
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
        var manifest = manifests.get(video.id());
        var before = known.get(video.id());
        if (before != null && before.rows().isPresent()) {
            return before.video(video.id(), mapped(manifest));
        }
        if (selection.view().isEmpty()) {
            var now = labelled(video, manifest);
            known.put(video.id(), now);
            return now.video(video.id(), mapped(manifest));
        }
        var whole = cache.read(video.id());
        var tracks = selection.view().get().apply(whole);
        var now = new Known(
                before == null ? labelled(video, tracks) : before.expressions(),
                rows(whole, tracks),
                tracks.tracks().size(),
                tracks.frames(),
                tracks.tokenDim());
        known.put(video.id(), now);
        return now.whole(video.id(), tracks.tokens());
    }

    /** All tracks of a video, read from a mapping that does not outlive the reading. */
    private TrackTokens mapped(CacheManifest manifest) {
        return (rows, firstFrame, frames) -> {
            int length = frames * manifest.tokenDim();
            var read = new float[rows.length * length];
            try (var tokens = cache.mapTokens(manifest)) {
                for (int i = 0; i < rows.length; i++) {
                    tokens.read(rows[i], firstFrame, frames, read, i * length);
                }
            }
            return read;
        };
    }

    /**
     * What is kept of a video that was read once, so that its masks need not be read again.
     *
     * @param rows where its tracks are in the cache; none when the view changes more than which tracks there are
     */
    private record Known(
            List<TrainingExpression> expressions, Optional<int[]> rows, int tracks, int frames, int tokenDim) {
        TrainingVideo video(String id, TrackTokens all) {
            return new TrainingVideo(id, tracks, frames, tokenDim, all.rows(rows.orElseThrow()), expressions);
        }

        TrainingVideo whole(String id, float[] tokens) {
            return new TrainingVideo(id, tracks, frames, tokenDim, tokens, expressions);
        }
    }

    private static Optional<int[]> rows(VideoTracks whole, VideoTracks kept) {
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
                return Optional.empty();
            }
        }
        return Optional.of(rows);
    }

    /** Where the truth is known: frames without annotation say nothing about a track. */
    private record AnnotatedFrames(BitSet frames) {
        List<Rle> of(List<Rle> masks) {
            return frames.cardinality() == masks.size()
                    ? masks
                    : frames.stream().mapToObj(masks::get).toList();
        }
    }

    /** The annotated objects of a video by their ids, in the annotated frames. */
    private Map<String, List<Rle>> objects(ReferringVideo video, AnnotatedFrames annotated, int height, int width) {
        var objects = new LinkedHashMap<String, List<Rle>>();
        for (var id : video.annotationIds()) {
            objects.put(id, annotated.of(dataset.annotation(video, id, height, width)));
        }
        return objects;
    }

    private float[][] iou(List<Track> tracks, AnnotatedFrames annotated, Map<String, List<Rle>> objects) {
        var found = tracks.stream().map(track -> annotated.of(track.masks())).toList();
        return TrackOverlap.of(found, List.copyOf(objects.values()), labelSize).iou();
    }

    /** Labels of tracks that a view made. */
    private List<TrainingExpression> labelled(ReferringVideo video, VideoTracks tracks) {
        var annotated = new AnnotatedFrames(dataset.annotatedFrames(video));
        var objects = objects(video, annotated, tracks.height(), tracks.width());
        return expressions(video, List.copyOf(objects.keySet()), iou(tracks.tracks(), annotated, objects));
    }

    /** Labels of the cache's own tracks: of those that are kept beside the cache, or computed and then kept. */
    private Known labelled(ReferringVideo video, CacheManifest manifest) throws IOException {
        var annotated = new AnnotatedFrames(dataset.annotatedFrames(video));
        var objects = objects(video, annotated, manifest.height(), manifest.width());
        var store = new StoredOverlaps(cache, labelSize);
        String fingerprint = store.fingerprint(manifest, annotated.frames(), objects);
        var kept = store.read(video.id(), fingerprint);
        StoredOverlaps.Overlap overlap;
        if (kept.isPresent()) {
            overlap = kept.get();
        } else {
            var all = cache.read(video.id()).tracks();
            var rows = IntStream.range(0, all.size())
                    .filter(row -> servesAll(all.get(row)))
                    .boxed()
                    .toList();
            var tracks = rows.stream().map(all::get).toList();
            overlap = new StoredOverlaps.Overlap(
                    rows, tracks.stream().map(Track::source).toList(), iou(tracks, annotated, objects));
            store.write(video.id(), fingerprint, overlap);
        }
        int[] wanted = IntStream.range(0, overlap.rows().size())
                .filter(n -> selection.sources().test(overlap.sources().get(n)))
                .toArray();
        var iou = Arrays.stream(wanted).mapToObj(n -> overlap.iou()[n]).toArray(float[][]::new);
        return new Known(
                expressions(video, List.copyOf(objects.keySet()), iou),
                Optional.of(Arrays.stream(wanted).map(overlap.rows()::get).toArray()),
                wanted.length,
                manifest.frames(),
                manifest.tokenDim());
    }

    /** An expression's overlap with each track is the largest over the objects that it means. */
    private static List<TrainingExpression> expressions(ReferringVideo video, List<String> ids, float[][] iou) {
        var labelled = new ArrayList<TrainingExpression>();
        for (var expression : video.expressions()) {
            var meant = expression
                    .annotationIds()
                    .orElseThrow(() -> new TrainingException("video " + video.id() + ", expression " + expression.id()
                            + " has no field anno_id: a split without truth cannot be trained on"));
            int[] objects = meant.stream().mapToInt(ids::indexOf).toArray();
            var best = new float[iou.length];
            for (int i = 0; i < iou.length; i++) {
                best[i] = PseudoLabels.best(iou[i], objects).iou();
            }
            labelled.add(new TrainingExpression(expression.id(), expression.text(), expression.kind(), best));
        }
        return labelled;
    }
}
