package org.sola.precompute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.sola.dataset.ReferringDataset;
import org.sola.dataset.ReferringVideo;
import org.sola.file.FileNames;
import org.sola.mask.Rle;
import org.sola.video.Video;

/** A video to be tracked: its frames, their names and, in training, its annotated objects. Nothing is read before asked for. */
public interface VideoSource {
    /** Id in the cache. */
    String id();

    /** Opens the video; the first problem of a broken one appears here or while its frames are read. */
    Video open() throws IOException;

    /** A name for each of the {@code count} frames that were read. */
    List<String> frameNames(int count);

    /** Annotated masks a frame by object id, at the video's size; empty when there are none to prompt with. */
    Map<String, List<Rle>> objects(int height, int width);

    /** The video's expressions by id, for detectors that look for what they name; empty when there are none. */
    default Map<String, String> expressions() {
        return Map.of();
    }

    /** A text that changes when the frames do, cheap to make: number and total size of the files. */
    String stamp() throws IOException;

    /** A video file, or a folder of frames, without annotations. */
    static VideoSource of(Path file) {
        return of(file, Map.of());
    }

    /**
     * The same with expressions, for detectors that look for what they name.
     *
     * @param expressions texts by id, in the order of this map
     */
    static VideoSource of(Path file, Map<String, String> expressions) {
        var texts = Collections.unmodifiableMap(new LinkedHashMap<>(expressions));
        var place = file.toAbsolutePath().normalize();
        String id = Files.isDirectory(file) ? place.getFileName().toString() : FileNames.withoutEnding(place);
        return new VideoSource() {
            @Override
            public String id() {
                return id;
            }

            @Override
            public Video open() throws IOException {
                return Video.open(file);
            }

            @Override
            public List<String> frameNames(int count) {
                return IntStream.range(0, count)
                        .mapToObj(t -> String.format(Locale.ROOT, "%05d", t))
                        .toList();
            }

            @Override
            public Map<String, List<Rle>> objects(int height, int width) {
                return Map.of();
            }

            @Override
            public Map<String, String> expressions() {
                return texts;
            }

            @Override
            public String stamp() throws IOException {
                if (!Files.isDirectory(file)) {
                    return Stamps.of(List.of(file));
                }
                try (var listing = Files.list(file)) {
                    return Stamps.of(listing.sorted().toList());
                }
            }
        };
    }

    /** A video of a data set. */
    static VideoSource of(ReferringDataset dataset, ReferringVideo video) {
        return new VideoSource() {
            @Override
            public String id() {
                return video.id();
            }

            @Override
            public Video open() throws IOException {
                return video.open();
            }

            @Override
            public List<String> frameNames(int count) {
                return video.frameNames();
            }

            @Override
            public Map<String, List<Rle>> objects(int height, int width) {
                var objects = new LinkedHashMap<String, List<Rle>>();
                if (dataset.hasMasks()) {
                    for (var object : video.annotationIds()) {
                        objects.put(object, dataset.annotation(video, object, height, width));
                    }
                }
                return objects;
            }

            @Override
            public Map<String, String> expressions() {
                var texts = new LinkedHashMap<String, String>();
                video.expressions().forEach(expression -> texts.put(expression.id(), expression.text()));
                return Collections.unmodifiableMap(texts);
            }

            @Override
            public String stamp() throws IOException {
                return Stamps.of(video.files());
            }
        };
    }

    /** Every video of a data set. */
    static List<VideoSource> all(ReferringDataset dataset) {
        var sources = new ArrayList<VideoSource>();
        for (var video : dataset.videos()) {
            sources.add(of(dataset, video));
        }
        return List.copyOf(sources);
    }
}
