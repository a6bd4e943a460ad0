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
    /** A detector may find hundreds; their masks at the video's size are not all held at once. */
    private static final int BOXES_AT_ONCE = 64;

    private final Sam2Image model;
    private final PrecomputeRecipe.Boxes recipe;
    private final Optional<BoxPrompter> prompter;
    private long nanos;
    private final Map<Integer, List<BoxPrompter.DetectedBox>> boxes = new LinkedHashMap<>();

    BoxPrompts(Sam2Image model, PrecomputeRecipe.Boxes recipe, Optional<BoxPrompter> prompter) {
        this.model = model;
        this.recipe = recipe;
        this.prompter = prompter;
    }

    /** Looks for boxes in the picture if it is the frame's turn. */
    void look(int frame, RgbImage image) {
        if (prompter.isPresent() && frame % recipe.everyFrames() == 0) {
            long start = System.nanoTime();
            add(frame, prompter.get().inImage(frame, image));
            nanos += System.nanoTime() - start;
        }
    }

    private void add(int frame, List<BoxPrompter.DetectedBox> found) {
        if (!found.isEmpty()) {
            boxes.computeIfAbsent(frame, key -> new ArrayList<>()).addAll(found);
        }
    }

    /** Time that finding boxes and making their masks has taken. */
    double seconds() {
        return nanos / 1e9;
    }

    /** The prompts of all boxes, numbered over the whole video. */
    List<TrackPrompt> prompts(FrameFeatureSource features, int height, int width) {
        if (prompter.isEmpty()) {
            return List.of();
        }
        long start = System.nanoTime();
        for (int frame = 0; frame < features.frameCount(); frame += recipe.everyFrames()) {
            add(frame, prompter.get().inFeatures(frame, features.at(frame), height, width));
        }
        prompter.get().finished(features.frameCount());
        var prompts = masks(features, height, width);
        nanos += System.nanoTime() - start;
        return TrackPrompt.numberedByArea(prompts);
    }

    private List<TrackPrompt> masks(FrameFeatureSource features, int height, int width) {
        var prompts = new ArrayList<TrackPrompt>();
        try (var predictor = Sam2ImagePredictor.of(model)) {
            boxes.forEach((frame, found) -> {
                predictor.setFeatures(features.at(frame), height, width);
                for (int from = 0; from < found.size(); from += BOXES_AT_ONCE) {
                    var batch = found.subList(from, Math.min(found.size(), from + BOXES_AT_ONCE));
                    var asked = batch.stream()
                            .map(box -> new Prompt.BoxPrompt(box.left(), box.top(), box.right(), box.bottom()))
                            .toList();
                    var masks = predictor.predict(asked, false);
                    for (int i = 0; i < batch.size(); i++) {
                        var mask = masks.get(i);
                        prompts.add(new TrackPrompt(
                                0,
                                Track.BOX,
                                frame,
                                Rle.encode(mask.masks().get(0)),
                                mask.ious().get(0),
                                stability(mask.lowResLogits().get(0)),
                                batch.get(i).expression()));
                    }
                }
            });
        }
        return prompts;
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
