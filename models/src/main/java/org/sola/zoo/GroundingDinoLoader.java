package org.sola.zoo;

import ai.djl.Application;
import ai.djl.modality.cv.output.BoundingBox;
import ai.djl.modality.cv.output.DetectedObjects;
import ai.djl.modality.cv.output.Rectangle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Map;
import org.sola.groundingdino.GroundingDinoConfig;
import org.sola.groundingdino.GroundingDinoDetector;

/**
 * Grounding DINO: a {@link CaptionedImage} to what each caption names, boxes in 0..1 of the image. BERT's vocabulary lies
 * beside the weights, or where {@code sola models fetch bert-base-uncased} puts it.
 */
final class GroundingDinoLoader extends CheckpointLoader<GroundingDinoConfig> {
    GroundingDinoLoader(String name, String config) {
        super(
                name,
                config,
                Application.CV.OBJECT_DETECTION,
                GroundingDinoConfig.class,
                new Types(CaptionedImage.class, DetectedObjects[].class));
    }

    @Override
    boolean isUnread(String parameter) {
        return true; // the network has checked itself
    }

    @Override
    Loaded load(GroundingDinoConfig settings, Source source, Types wanted) throws IOException {
        var vocabulary = source.files().vocabulary(source.checkpoint());
        var detector = GroundingDinoDetector.of(settings, source.weights(), vocabulary, source.manager());
        return AskedBlock.loaded(
                Map.of(
                        wanted,
                        new AskingTranslator<CaptionedImage, DetectedObjects[]>(input -> found(detector, input))),
                wanted);
    }

    private static DetectedObjects[] found(GroundingDinoDetector detector, CaptionedImage input) {
        try (var encoded = detector.encode(input.image())) {
            return input.captions().stream()
                    .map(caption -> found(detector, encoded, caption, input))
                    .toArray(DetectedObjects[]::new);
        }
    }

    private static DetectedObjects found(
            GroundingDinoDetector detector,
            GroundingDinoDetector.EncodedImage image,
            String caption,
            CaptionedImage input) {
        var phrases = new ArrayList<String>();
        var scores = new ArrayList<Double>();
        var boxes = new ArrayList<BoundingBox>();
        double width = input.image().width();
        double height = input.image().height();
        for (var detection : detector.detect(image, caption, input.rule())) {
            var side = detection.boxXyxy();
            phrases.add(detector.phrase(caption, detection));
            scores.add((double) detection.score());
            boxes.add(new Rectangle(
                    side.get(0) / width,
                    side.get(1) / height,
                    (side.get(2) - side.get(0)) / width,
                    (side.get(3) - side.get(1)) / height));
        }
        return new DetectedObjects(phrases, scores, boxes);
    }
}
