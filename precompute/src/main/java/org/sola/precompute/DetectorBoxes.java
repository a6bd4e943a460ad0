package org.sola.precompute;

import java.util.List;
import java.util.Map;
import org.sola.detector.BoxDetector;
import org.sola.sam2.FrameFeatures;

/** Boxes of a detector on SAM 2's own features; they serve every expression. */
public final class DetectorBoxes implements BoxSource {
    private final BoxDetector detector;
    private final String weightsSha256;

    /**
     * @param detector trained on the features of the tracker's network
     * @param weightsSha256 hash of its weights file, for the fingerprint
     */
    public DetectorBoxes(BoxDetector detector, String weightsSha256) {
        this.detector = detector;
        this.weightsSha256 = weightsSha256;
    }

    @Override
    public Map<String, String> settings() {
        var config = detector.config();
        return Map.of(
                "source", config.name(),
                "weights", weightsSha256,
                "scoreThreshold", Double.toString(config.scoreThreshold()),
                "nmsIou", Double.toString(config.nmsIou()),
                "maximumBoxes", Integer.toString(config.maximumBoxes()));
    }

    @Override
    public BoxPrompter forVideo(VideoSource video) {
        return new BoxPrompter() {
            @Override
            public List<DetectedBox> inFeatures(int frame, FrameFeatures features, int height, int width) {
                return detector.detect(features, height, width).stream()
                        .map(found -> new DetectedBox(
                                found.left(), found.top(), found.right(), found.bottom(), found.score(), "", ""))
                        .toList();
            }
        };
    }
}
