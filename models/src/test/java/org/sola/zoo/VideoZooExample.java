package org.sola.zoo;

import ai.djl.repository.zoo.Criteria;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.sola.mask.Mask;
import org.sola.sam2.Prompt;

/** The example of docs/models.md on videos, word for word; a test compares them and runs it. */
final class VideoZooExample {
    private VideoZooExample() {}

    static Map<Integer, Mask> masks(Path clip, float x, float y) throws Exception {
        var found = new TreeMap<Integer, Mask>();
        Criteria<PromptedVideo, FollowedVideo> criteria = Criteria.builder()
                .setTypes(PromptedVideo.class, FollowedVideo.class)
                .optModelUrls("sola:sam2.1-nano")
                .build();
        try (var model = criteria.loadModel();
                var predictor = model.newPredictor();
                var video = predictor.predict(PromptedVideo.of(clip)
                        .with(1, 0, Prompt.point(x, y))
                        .with(2, 3, new Prompt.BoxPrompt(10, 20, 60, 70)))) {
            video.frames()
                    .forEach(result -> found.put(result.frame(), result.mask(1).orElseThrow()));
        }
        return found;
    }
}
