package org.sola.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sola.dataset.ReferringDataset;
import org.sola.dataset.ReferringVideo;
import org.sola.mask.Rle;
import org.sola.precompute.OfficialCacheWriter;
import org.sola.precompute.TokenCache;
import org.sola.precompute.Track;
import org.sola.precompute.VideoTracks;
import org.sola.train.selector.TrackOverlap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sola cache export}: SOLA's published files of a token cache. */
@Command(
        name = "export",
        description = {
            "Writes a token cache as the published code reads it: a JSON and a .npy file a track below sam2_tracks.",
            "With --data each track also gets its overlap with each annotated object, which the published training "
                    + "makes its labels of: without it every label is 0."
        },
        footer = {
            "",
            "Examples:",
            "  sola cache export cache/train --data MeViS/train --dataset mevis --split train --out sola/data",
            "  sola cache export cache/valid --dataset mevis --split valid --out sola/data"
        })
final class CacheExportCommand extends SolaCommand {
    @Parameters(paramLabel = "CACHE", description = "The token cache.")
    private Path folder;

    @Mixin
    private OfficialCacheOptions official;

    @Option(names = "--data", paramLabel = "DIR", description = "The split with its masks, for the overlaps.")
    private Optional<Path> data;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The folder to put sam2_tracks in.")
    private Path out;

    @Override
    int run(Console console) throws IOException {
        var cache = TokenCache.open(folder);
        Optional<ReferringDataset> dataset =
                data.isPresent() ? Optional.of(Datasets.withTruth(data.get())) : Optional.empty();
        var annotated = new HashMap<String, ReferringVideo>();
        dataset.ifPresent(set -> set.videos().forEach(video -> annotated.put(video.id(), video)));
        var writer = new OfficialCacheWriter(official.in(out));
        var ids = cache.videoIds();
        var failed = new TreeMap<String, String>();
        int tracks = 0;
        try (var progress = console.progress("export", ids.size())) {
            for (int i = 0; i < ids.size(); i++) {
                var id = ids.get(i);
                try {
                    var video = cache.read(id);
                    var overlaps = dataset.isPresent() && annotated.containsKey(id)
                            ? overlaps(dataset.get(), annotated.get(id), video)
                            : List.<OfficialCacheWriter.Overlaps>of();
                    tracks += writer.write(
                            video,
                            (same, row) -> row < overlaps.size() ? Optional.of(overlaps.get(row)) : Optional.empty());
                } catch (IllegalArgumentException e) {
                    failed.put(id, e.getMessage());
                }
                progress.at(i + 1L, id);
            }
        }
        failed.forEach((video, reason) -> console.result(video + ": " + reason));
        console.result(ids.size() - failed.size() + " videos, " + tracks + " tracks in " + out + ", " + failed.size()
                + " failed");
        var document = new LinkedHashMap<String, Object>();
        document.put("videos", ids.size() - failed.size());
        document.put("tracks", tracks);
        document.put("failed", failed);
        console.json(document);
        return failed.isEmpty() ? Failures.DONE : Failures.NOT_ALL_DONE;
    }

    /** By the published rule: tracks of the truth as they are, the others resized. */
    private static List<OfficialCacheWriter.Overlaps> overlaps(
            ReferringDataset dataset, ReferringVideo video, VideoTracks tracks) {
        var ids = video.annotationIds();
        var objects = new ArrayList<List<Rle>>();
        ids.forEach(id -> objects.add(dataset.annotation(video, id, tracks.height(), tracks.width())));
        var overlaps = new ArrayList<OfficialCacheWriter.Overlaps>();
        for (var track : tracks.tracks()) {
            var size = track.source().equals(Track.TRUTH) ? TrackOverlap.Size.NATIVE : TrackOverlap.Size.RESIZED;
            var overlap = TrackOverlap.of(List.of(track.masks()), objects, size);
            overlaps.add(new OfficialCacheWriter.Overlaps(
                    byObject(ids, overlap.precision()[0]),
                    byObject(ids, overlap.recall()[0]),
                    byObject(ids, overlap.iou()[0])));
        }
        return overlaps;
    }

    private static Map<String, Double> byObject(List<String> ids, float... values) {
        var byObject = new HashMap<String, Double>();
        for (int k = 0; k < values.length; k++) {
            byObject.put(ids.get(k), (double) values[k]);
        }
        return byObject;
    }
}
