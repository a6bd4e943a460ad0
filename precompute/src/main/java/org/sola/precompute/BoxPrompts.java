package org.sola.precompute;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sola.image.RgbImage;
import org.sola.mask.Rle;
import org.sola.sam2.FrameFeatureSource;
import org.sola.sam2.Prompt;
import org.sola.sam2.Sam2Image;
import org.sola.sam2.Sam2ImagePredictor;

/**
 * Turns a detector's boxes into prompts: boxes are found while frames pass, masks are made later from the frames'
 * features, one a box (SOLA, {@code generate_prompts_gdino.py}).
 */
final class BoxPrompts {
    private final Sam2Image model;
    private final PrecomputeRecipe.Boxes recipe;
    private final Optional<BoxPrompter> prompter;
    private final Map<Integer, List<BoxPrompter.DetectedBox>> boxes = new LinkedHashMap<>();

    BoxPrompts(Sam2Image model, PrecomputeRecipe.Boxes recipe, Optional<BoxPrompter> prompter) {
        this.model = model;
        this.recipe = recipe;
        this.prompter = prompter;
    }

    /** Looks for boxes if it is the frame's turn. */
    void look(int frame, RgbImage image) {
        if (prompter.isPresent() && frame % recipe.everyFrames() == 0) {
            var found = prompter.get().boxes(frame, image);
            if (!found.isEmpty()) {
                boxes.put(frame, List.copyOf(found));
            }
        }
    }

    /** The prompts of all boxes, numbered over the whole video. */
    List<TrackPrompt> prompts(FrameFeatureSource features, int height, int width) {
        if (boxes.isEmpty()) {
            return List.of();
        }
        var prompts = new ArrayList<TrackPrompt>();
        try (var predictor = Sam2ImagePredictor.of(model)) {
            boxes.forEach((frame, found) -> {
                predictor.setFeatures(features.at(frame), height, width);
                var asked = found.stream()
                        .map(box -> new Prompt.BoxPrompt(box.left(), box.top(), box.right(), box.bottom()))
                        .toList();
                var masks = predictor.predict(asked, false);
                for (int i = 0; i < found.size(); i++) {
                    var mask = masks.get(i);
                    prompts.add(new TrackPrompt(
                            0,
                            Track.BOX,
                            frame,
                            Rle.encode(mask.masks().get(0)),
                            mask.ious().get(0),
                            stability(mask.lowResLogits().get(0)),
                            found.get(i).expression()));
                }
            });
        }
        return TrackPrompt.numberedByArea(prompts);
    }

    /** Share of the mask cut at logit -1 that is left at +1, on the low-resolution map; 0 where there is none. */
    static double stability(float[] logits) {
        int high = 0;
        int low = 0;
        for (float logit : logits) {
            high += logit > 1 ? 1 : 0;
            low += logit > -1 ? 1 : 0;
        }
        return low == 0 ? 0 : (double) high / low;
    }
}
