package org.sola.precompute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A token cache in the files of SOLA's published code: {@code sam2_tracks/KIND/DATASET/SPLIT/} with {@code
 * sam2_masklets/VIDEO/00012.json} and {@code sam2_object_tokens/VIDEO/00012.npy}, one pair a track, where KIND is {@code
 * gt_tracks}, {@code grid_tracks} or {@code gdino_tracks}; the last has a folder an expression below the video's.
 *
 * @param root the folder that holds {@code sam2_tracks}
 * @param dataset such as {@code mevis}
 * @param split such as {@code train}
 */
public record OfficialCache(Path root, String dataset, String split) {
    /** Where the kinds of tracks lie, in the order in which the published training reads them. */
    private static final List<String> KINDS = List.of("gt_tracks", "grid_tracks", "gdino_tracks");

    private static final Map<String, String> SOURCES =
            Map.of("gt_tracks", Track.TRUTH, "grid_tracks", Track.GRID, "gdino_tracks", Track.BOX);

    /**
     * Files of one track.
     *
     * @param source the track's
     * @param expression the expression it is for, "" for all
     */
    record TrackFiles(String source, String expression, Path masks, Path tokens) {}

    /** Ids of the videos that any kind of tracks holds, sorted. */
    public List<String> videoIds() throws IOException {
        var ids = new TreeSet<String>();
        for (var kind : KINDS) {
            ids.addAll(names(masklets(kind)));
        }
        if (ids.isEmpty()) {
            throw new CacheException(
                    root.resolve("sam2_tracks"),
                    "holds no tracks of " + dataset + "/" + split + ": expected " + masklets("grid_tracks")
                            + "/VIDEO/00000.json or the same below gt_tracks or gdino_tracks");
        }
        return List.copyOf(ids);
    }

    /** The files of a video's tracks: those of the truth, of the grid and of the detector, by file name. */
    List<TrackFiles> tracks(String video) throws IOException {
        var found = new ArrayList<TrackFiles>();
        for (var kind : KINDS) {
            var folder = masklets(kind).resolve(video);
            if (kind.equals("gdino_tracks")) {
                for (var expression : names(folder)) {
                    add(found, kind, video, expression);
                }
            } else {
                add(found, kind, video, "");
            }
        }
        return found;
    }

    private void add(List<TrackFiles> found, String kind, String video, String expression) throws IOException {
        for (var name : names(masklets(kind).resolve(video).resolve(expression))) {
            if (name.endsWith(".json")) {
                found.add(files(kind, video, expression, name.substring(0, name.length() - ".json".length())));
            }
        }
    }

    /** Where a track of this source and number goes. */
    TrackFiles target(String source, String video, String expression, String number) {
        var kind = KINDS.stream()
                .filter(k -> SOURCES.get(k).equals(source))
                .findFirst()
                .orElseThrow();
        return files(kind, video, expression, number);
    }

    private TrackFiles files(String kind, String video, String expression, String number) {
        return new TrackFiles(
                SOURCES.get(kind),
                expression,
                masklets(kind).resolve(video).resolve(expression).resolve(number + ".json"),
                folder(kind)
                        .resolve("sam2_object_tokens")
                        .resolve(video)
                        .resolve(expression)
                        .resolve(number + ".npy"));
    }

    private Path masklets(String kind) {
        return folder(kind).resolve("sam2_masklets");
    }

    private Path folder(String kind) {
        return root.resolve("sam2_tracks").resolve(kind).resolve(dataset).resolve(split);
    }

    private static List<String> names(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> listing = Files.list(folder)) {
            return listing.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
