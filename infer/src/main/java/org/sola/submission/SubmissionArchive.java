package org.sola.submission;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.sola.dataset.Expression;
import org.sola.dataset.ReferringDataset;
import org.sola.dataset.ReferringVideo;
import org.sola.evaluate.FrameSize;
import org.sola.evaluate.Predictions;
import org.sola.file.AtomicFile;
import org.sola.image.ImageFiles;

/** The zip archive that a benchmark's server takes; the same predictions give the same bytes. */
public final class SubmissionArchive {
    /** ZIP keeps a time for every file; this one, so that equal masks make equal archives. */
    private static final LocalDateTime TIME = LocalDateTime.of(2000, 1, 1, 0, 0);

    private SubmissionArchive() {}

    /**
     * Writes the masks of every expression, whole or not at all.
     *
     * @return how many masks there are
     * @throws IOException when an expression has no prediction or a broken one; nothing is left then
     */
    public static long write(ReferringDataset dataset, Predictions predictions, Path zip) throws IOException {
        String prefix = ExpectedFiles.prefix(dataset.layout());
        var written = new long[1];
        AtomicFile.write(zip, out -> {
            var archive = new ZipOutputStream(out);
            for (var video : dataset.videos()) {
                var size = FrameSize.of(video);
                for (var expression : video.expressions()) {
                    written[0] += add(archive, prefix, predictions, video, expression, size);
                }
            }
            archive.finish();
        });
        return written[0];
    }

    private static long add(
            ZipOutputStream archive,
            String prefix,
            Predictions predictions,
            ReferringVideo video,
            Expression expression,
            FrameSize size)
            throws IOException {
        var masks = predictions
                .masks(video, expression, size.height(), size.width())
                .orElseThrow(() -> new IOException(
                        "expression " + expression.id() + " of video " + video.id() + " has no prediction"));
        for (int t = 0; t < masks.size(); t++) {
            var entry = new ZipEntry(prefix + video.id() + "/" + expression.id() + "/"
                    + video.frameNames().get(t) + ".png");
            entry.setTimeLocal(TIME);
            archive.putNextEntry(entry);
            archive.write(ImageFiles.maskPng(masks.get(t).decode()));
            archive.closeEntry();
        }
        return masks.size();
    }
}
