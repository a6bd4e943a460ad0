package org.sola.zoo;

import ai.djl.Application;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Blocks;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import org.sola.sam2.Sam2Config;
import org.sola.sam2.Sam2Image;
import org.sola.sam2.Sam2ImagePredictor;
import org.sola.tensor.Weights;

/** SAM 2 on images: a prompted image to masks. */
final class Sam2ImageLoader extends CheckpointLoader<Sam2Config, PromptedImage, Sam2ImagePredictor.Prediction> {
    Sam2ImageLoader(String name) {
        super(
                name,
                Application.CV.INSTANCE_SEGMENTATION,
                Sam2Config.class,
                PromptedImage.class,
                Sam2ImagePredictor.Prediction.class);
    }

    @Override
    Loaded<PromptedImage, Sam2ImagePredictor.Prediction> load(Sam2Config settings, Weights weights) {
        // the video networks' parameters are in the same file and are asked for as well
        var model = org.sola.sam2.Sam2.of(settings, weights);
        return new Loaded<>(Blocks.identityBlock(), new Masks(model.image()));
    }

    /**
     * Prompts are objects of several kinds, not arrays, and the mask decoder's input depends on them, so the predictor
     * works on this side of DJL's block, which hands nothing through.
     */
    private static final class Masks implements Translator<PromptedImage, Sam2ImagePredictor.Prediction> {
        private static final String PREDICTION = "prediction";

        private final Sam2Image model;

        Masks(Sam2Image model) {
            this.model = model;
        }

        @Override
        public NDList processInput(TranslatorContext context, PromptedImage input) {
            try (var predictor = Sam2ImagePredictor.of(model)) {
                predictor.setImage(input.image());
                context.setAttachment(PREDICTION, predictor.predict(input.prompt(), input.multimask()));
            }
            return new NDList();
        }

        @Override
        public Sam2ImagePredictor.Prediction processOutput(TranslatorContext context, NDList output) {
            return (Sam2ImagePredictor.Prediction) context.getAttachment(PREDICTION);
        }

        @Override
        public Batchifier getBatchifier() {
            return null; // an image at a time
        }
    }
}
