package org.sola.zoo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.sola.sam2.Prompt;
import org.sola.video.Video;

/**
 * What the zoo's SAM 2 is asked of a video: objects, each prompted on one frame or several.
 *
 * @param video its frames
 * @param prompts in the order in which they count: a later one for the same object and frame takes earlier clicks' place
 */
public record PromptedVideo(Video video, List<Given> prompts) {
    public PromptedVideo {
        prompts = List.copyOf(prompts);
    }

    /**
     * A prompt and whose it is.
     *
     * @param objectId the caller's number of the object
     * @param frame index of the frame, from 0
     * @param prompt in the video's pixels
     */
    public record Given(long objectId, int frame, Prompt prompt) {}

    /** A video file or a folder of frames, without prompts yet. */
    public static PromptedVideo of(Path fileOrFolder) throws IOException {
        return of(Video.open(fileOrFolder));
    }

    /** Any source of frames, without prompts yet. */
    public static PromptedVideo of(Video video) {
        return new PromptedVideo(video, List.of());
    }

    /** The same with one more prompt. */
    public PromptedVideo with(long objectId, int frame, Prompt prompt) {
        var added = new Given(objectId, frame, prompt);
        return new PromptedVideo(
                video, Stream.concat(prompts.stream(), Stream.of(added)).toList());
    }
}
