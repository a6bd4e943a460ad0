package org.sola.findtrack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.sola.file.AtomicFile;

/**
 * From which frames a video's expressions were followed, and what else was considered, beside the masks that came of it.
 *
 * @param video id of the video
 * @param expressions one entry an expression
 */
public record VideoKeyFrames(String video, List<ExpressionKeyFrame> expressions) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final int NONE = -1;

    /**
     * One expression.
     *
     * @param id its id in the video
     * @param text the sentence
     * @param keyFrame index of the frame that was followed; -1 where no candidate frame has a mask
     * @param candidates what was found on the candidate frames
     */
    public record ExpressionKeyFrame(String id, String text, int keyFrame, List<Considered> candidates) {
        public ExpressionKeyFrame {
            candidates = List.copyOf(candidates);
        }

        /** The highest score among the candidates; 0 where nothing was followed. */
        public double score() {
            return candidates.stream()
                    .filter(candidate -> candidate.frame() == keyFrame)
                    .mapToDouble(Considered::score)
                    .findFirst()
                    .orElse(0);
        }
    }

    /**
     * A candidate frame.
     *
     * @param frame its index
     * @param confidence the segmenter's
     * @param alignment cosine of the masked frame and the expression
     * @param score the weighted sum of both
     * @param pixels area of the mask
     */
    public record Considered(int frame, float confidence, float alignment, float score, long pixels) {}

    public VideoKeyFrames {
        expressions = List.copyOf(expressions);
    }

    /** What an answer says of itself. */
    static ExpressionKeyFrame of(String id, FindTrack.Answer answer, KeyFrameRule rule) {
        var frame = answer.chosen().stream().mapToInt(Candidate::frame).findFirst();
        var considered = answer.candidates().stream()
                .map(candidate -> new Considered(
                        candidate.frame(),
                        candidate.confidence(),
                        candidate.alignment(),
                        rule.score(candidate.confidence(), candidate.alignment()),
                        candidate.mask().areaPixels()))
                .toList();
        return new ExpressionKeyFrame(id, answer.expression(), orNone(frame), considered);
    }

    private static int orNone(OptionalInt frame) {
        return frame.orElse(NONE);
    }

    /** Where the key frames of a video lie in a folder of predictions. */
    public static Path fileIn(Path predictions, String videoId) {
        return predictions.resolve(".sola").resolve("keyframes").resolve(videoId + ".json");
    }

    /** Writes them, whole or not at all. */
    public void write(Path file) throws IOException {
        AtomicFile.write(file, out -> out.write(JSON.writeValueAsBytes(this)));
    }

    /** Reads what {@link #write} wrote. */
    public static VideoKeyFrames read(Path file) throws IOException {
        try {
            return JSON.readValue(Files.readAllBytes(file), VideoKeyFrames.class);
        } catch (JsonProcessingException e) {
            throw new IOException(
                    file + " is no file of key frames (" + e.getOriginalMessage() + "); run infer again", e);
        }
    }
}
