package org.sola.zoo;

import ai.djl.repository.zoo.Criteria;
import java.nio.file.Path;
import java.util.List;
import org.sola.image.ImageFiles;
import org.sola.mask.Mask;
import org.sola.sam2.Prompt;
import org.sola.sam2.Sam2ImagePredictor;

/** The example of docs/models.md, word for word; a test compares them and runs it. */
final class ModelZooExample {
    private ModelZooExample() {}

    static List<Mask> masks(Path file, float x, float y) throws Exception {
        Criteria<PromptedImage, Sam2ImagePredictor.Prediction> criteria = Criteria.builder()
                .setTypes(PromptedImage.class, Sam2ImagePredictor.Prediction.class)
                .optModelUrls("sola:sam2.1-nano") // or sam2.1-hiera-large, once it was fetched
                .build();
        try (var model = criteria.loadModel();
                var predictor = model.newPredictor()) {
            var image = ImageFiles.read(file);
            var prediction = predictor.predict(new PromptedImage(image, Prompt.point(x, y), true));
            return prediction.masks();
        }
    }
}
