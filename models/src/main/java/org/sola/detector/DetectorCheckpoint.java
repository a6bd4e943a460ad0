package org.sola.detector;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import org.sola.sam2.Sam2Config;
import org.sola.tensor.Checkpoint;
import org.sola.tensor.Weights;

/** A detector's weights with the encoder that they belong to: on the features of another one they mean nothing. */
public final class DetectorCheckpoint {
    /** Metadata of the weights file: the hash of the encoder's weights. */
    public static final String ENCODER_SHA256 = "encoder_sha256";

    private DetectorCheckpoint() {}

    /**
     * Reads a detector.
     *
     * @param encoderSha256 hash of the weights of the SAM 2 at hand
     * @throws IllegalArgumentException when the detector was trained on the features of other weights
     */
    public static BoxDetector open(
            BoxDetectorConfig config, Path file, Sam2Config encoder, String encoderSha256, NDManager manager)
            throws IOException {
        String trainedOn = Checkpoint.open(file).metadata().getOrDefault(ENCODER_SHA256, "");
        if (!config.encoder().equals(encoder.name()) || !trainedOn.equals(encoderSha256)) {
            throw new IllegalArgumentException(file + " reads the features of " + config.encoder() + " with weights "
                    + start(trainedOn) + ", here is " + encoder.name() + " with weights " + start(encoderSha256)
                    + "; use that SAM 2, or train a detector on this one with 'sola train-detector'");
        }
        var weights = Weights.open(file, manager);
        var detector = BoxDetector.of(config, encoder, weights);
        weights.requireAllUsed();
        return detector;
    }

    private static String start(String hash) {
        return hash.length() > 12 ? hash.substring(0, 12) + "..." : hash.isEmpty() ? "unknown" : hash;
    }
}
