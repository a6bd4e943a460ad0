package org.sola.submission;

import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sola.dataset.DatasetException;
import org.sola.dataset.Layout;
import org.sola.dataset.ReferringDataset;
import org.sola.evaluate.FrameSize;

/**
 * The files a benchmark wants, by name with forward slashes: of every listed frame of every expression a mask, of
 * Ref-DAVIS17 for every annotator a label image a frame.
 *
 * @param files what each file must be
 */
record ExpectedFiles(Map<String, Content> files) {
    ExpectedFiles {
        files = Collections.unmodifiableMap(files);
    }

    /**
     * One file.
     *
     * @param size of its frame
     * @param mostLabel the largest object number of a label image, 0 for a mask of 0 and 255
     */
    record Content(FrameSize size, int mostLabel) {}

    /** Where the server of a layout wants the masks, "" for the root. */
    static String prefix(Layout layout) {
        return switch (layout) {
            case MEVIS, REF_DAVIS -> "";
            case REF_YOUTUBE_VOS -> "Annotations/";
            case A2D_SENTENCES, JHMDB_SENTENCES ->
                throw new DatasetException(
                        layout.title() + " has no server: its truth is public and 'sola eval' scores it");
        };
    }

    /** What the server of the data set wants. */
    static ExpectedFiles of(ReferringDataset dataset) throws IOException {
        return dataset.layout() == Layout.REF_DAVIS
                ? new ExpectedFiles(labels(dataset))
                : masks(dataset, prefix(dataset.layout()));
    }

    /** A mask for every frame of every expression, below {@code prefix}. */
    static ExpectedFiles masks(ReferringDataset dataset, String prefix) throws IOException {
        var files = new LinkedHashMap<String, Content>();
        for (var video : dataset.videos()) {
            var content = new Content(FrameSize.of(video), 0);
            for (var expression : video.expressions()) {
                for (String frame : video.frameNames()) {
                    files.put(prefix + video.id() + "/" + expression.id() + "/" + frame + ".png", content);
                }
            }
        }
        return new ExpectedFiles(files);
    }

    private static Map<String, Content> labels(ReferringDataset dataset) throws IOException {
        var files = new LinkedHashMap<String, Content>();
        for (int annotator = 0; annotator < DavisResults.ANNOTATORS; annotator++) {
            for (var video : dataset.videos()) {
                int most = video.annotationIds().stream()
                        .mapToInt(Integer::parseInt)
                        .max()
                        .orElse(0);
                var content = new Content(FrameSize.of(video), most);
                for (String frame : video.frameNames()) {
                    files.put(DavisResults.folder(annotator) + "/" + video.id() + "/" + frame + ".png", content);
                }
            }
        }
        return files;
    }
}
