package org.sola.infer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.sola.file.AtomicFile;

/**
 * What the selector said of every track of a video, beside the masks that came of it.
 *
 * @param video id of the video
 * @param threshold probability above which a track was chosen
 * @param trackIds ids of the tracks in the token cache, in the order of the probabilities
 * @param expressions one entry an expression
 */
public record VideoScores(String video, float threshold, List<Integer> trackIds, List<ExpressionScores> expressions) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * One expression.
     *
     * @param id its id in the video
     * @param text the sentence
     * @param probabilities one a track, 0..1
     */
    public record ExpressionScores(String id, String text, List<Float> probabilities) {
        public ExpressionScores {
            probabilities = List.copyOf(probabilities);
        }
    }

    public VideoScores {
        trackIds = List.copyOf(trackIds);
        expressions = List.copyOf(expressions);
    }

    /** Where the scores of a video lie in a folder of predictions. */
    public static Path fileIn(Path predictions, String videoId) {
        return predictions.resolve(".sola").resolve("scores").resolve(videoId + ".json");
    }

    /** Writes them, whole or not at all. */
    public void write(Path file) throws IOException {
        AtomicFile.write(file, out -> out.write(JSON.writeValueAsBytes(this)));
    }

    /** Reads what {@link #write} wrote. */
    public static VideoScores read(Path file) throws IOException {
        try {
            return JSON.readValue(Files.readAllBytes(file), VideoScores.class);
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is no file of scores (" + e.getOriginalMessage() + "); run infer again", e);
        }
    }
}
