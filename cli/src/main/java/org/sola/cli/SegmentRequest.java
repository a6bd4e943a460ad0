package org.sola.cli;

import java.nio.file.Path;
import java.util.List;
import org.sola.precompute.VideoSource;
import org.sola.video.Video;

/**
 * What {@code sola segment} is asked to do.
 *
 * @param file as the user named it
 * @param source the video with its expressions by number
 * @param video its frames, corrupted where that is wanted
 * @param texts the expressions
 * @param folder where results and what is kept for the next time go
 * @param overwrite whether what is kept there does not count
 * @param engine that runs
 * @param remark on the frames, to be said with what will be done; may be empty
 */
record SegmentRequest(
        Path file,
        VideoSource source,
        Video video,
        List<String> texts,
        Path folder,
        boolean overwrite,
        Engines.Started engine,
        String remark) {
    /** What will be done, for the first line. */
    String announcement(String model) {
        return "segmenting " + file + " (" + video.width() + "x" + video.height() + "), " + texts.size()
                + " expressions, with " + model + " on " + engine.device() + ", " + engine.threads() + " threads"
                + engine.remark() + remark;
    }
}
