package org.sola.precompute;

import java.util.List;
import java.util.Map;

/** Where boxes come from: a detector, or a file that another program has written. */
public interface BoxSource {
    /** What decides the boxes beside the video, for the fingerprint: {@code "source" -> "file"}, thresholds, weights. */
    Map<String, String> settings();

    /**
     * A text that changes with what this source takes from the video beside its frames, such as captions; empty when
     * there is nothing of the kind. Cheap to make.
     */
    default String stamp(VideoSource video) {
        return "";
    }

    /** What the user should know before this video's boxes are looked for, a sentence each. Cheap to make. */
    default List<String> remarks(VideoSource video) {
        return List.of();
    }

    /** The prompter of one video. */
    BoxPrompter forVideo(VideoSource video);
}
