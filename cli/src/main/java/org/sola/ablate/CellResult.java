package org.sola.ablate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.sola.file.AtomicFile;

/**
 * One cell with one seed.
 *
 * @param seed of the training
 * @param figures percentages by name: J, F, JF, and JF of every kind as {@code kind NAME}
 * @param expressions how many were scored
 * @param parameters numbers that were trained
 * @param trainSeconds of the training, of its last part where it was stopped in between
 */
record CellResult(long seed, Map<String, Double> figures, int expressions, long parameters, double trainSeconds) {
    static final String COMBINED = "JF";

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    CellResult {
        figures = Collections.unmodifiableMap(new TreeMap<>(figures));
    }

    void write(Path file) throws IOException {
        AtomicFile.write(file, out -> out.write(JSON.writeValueAsBytes(this)));
    }

    static CellResult read(Path file) throws IOException {
        try {
            return JSON.readValue(Files.readAllBytes(file), CellResult.class);
        } catch (JsonProcessingException e) {
            throw new IOException(
                    file + " is no result of a cell (" + e.getOriginalMessage() + "); delete it and run again", e);
        }
    }
}
