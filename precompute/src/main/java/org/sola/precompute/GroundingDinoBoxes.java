package org.sola.precompute;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sola.file.Sha256;
import org.sola.groundingdino.DetectionRule;
import org.sola.groundingdino.GroundingDinoDetector;
import org.sola.image.RgbImage;

/**
 * Boxes of what each expression names, by Grounding DINO (SOLA, {@code generate_prompts_gdino.py}): every expression is a
 * caption of its own, and its boxes become tracks of that expression. A frame is encoded once for all its expressions;
 * expressions that read the same are looked for once.
 */
public final class GroundingDinoBoxes implements BoxSource {
    private static final int DIGITS = 12;

    private final GroundingDinoDetector detector;
    private final String weightsSha256;
    private final DetectionRule rule;

    /**
     * @param detector is used, not closed
     * @param weightsSha256 hash of its weights file, for the fingerprint
     */
    public GroundingDinoBoxes(GroundingDinoDetector detector, String weightsSha256, DetectionRule rule) {
        this.detector = detector;
        this.weightsSha256 = weightsSha256;
        this.rule = rule;
    }

    @Override
    public Map<String, String> settings() {
        return Map.of(
                "source", "groundingdino",
                "model", detector.name(),
                "weights", weightsSha256,
                "boxThreshold", Double.toString(rule.boxThreshold()),
                "textThreshold", Double.toString(rule.textThreshold()));
    }

    @Override
    public String stamp(VideoSource video) {
        return "captions " + Sha256.of(captions(video).toString()).substring(0, DIGITS);
    }

    @Override
    public List<String> remarks(VideoSource video) {
        return captions(video).keySet().stream()
                .filter(caption -> !caption.isEmpty())
                .flatMap(caption -> detector.remarks(caption).stream())
                .map(remark -> "video " + video.id() + ": " + remark)
                .toList();
    }

    /** Ids of the expressions by what they are taken to say, in the order of the expressions. */
    private static Map<String, List<String>> captions(VideoSource video) {
        var captions = new LinkedHashMap<String, List<String>>();
        video.expressions().forEach((id, text) -> captions.computeIfAbsent(
                        text.strip().toLowerCase(Locale.ROOT), key -> new ArrayList<>())
                .add(id));
        return captions;
    }

    @Override
    public BoxPrompter forVideo(VideoSource video) {
        var captions = captions(video);
        if (captions.isEmpty()) {
            throw new IllegalArgumentException("video " + video.id()
                    + " has no expressions, and Grounding DINO looks for what an expression names; use another source"
                    + " of boxes");
        }
        if (captions.containsKey("")) {
            throw new IllegalArgumentException("video " + video.id() + ", expression "
                    + captions.get("").get(0) + " is empty: there is nothing to look for");
        }
        return new BoxPrompter() {
            @Override
            public List<DetectedBox> inImage(int frame, RgbImage image) {
                var boxes = new ArrayList<DetectedBox>();
                try (var encoded = detector.encode(image)) {
                    captions.forEach((caption, ids) -> boxes.addAll(find(encoded, caption, ids)));
                }
                return boxes;
            }
        };
    }

    private List<BoxPrompter.DetectedBox> find(
            GroundingDinoDetector.EncodedImage image, String caption, List<String> expressions) {
        var boxes = new ArrayList<BoxPrompter.DetectedBox>();
        var found = detector.detect(image, caption, rule);
        for (var expression : expressions) {
            for (var detection : found) {
                var side = detection.boxXyxy();
                boxes.add(new BoxPrompter.DetectedBox(
                        side.get(0),
                        side.get(1),
                        side.get(2),
                        side.get(3),
                        detection.score(),
                        detector.phrase(caption, detection),
                        expression));
            }
        }
        return boxes;
    }
}
