package org.sola.zoo;

import ai.djl.Application;
import ai.djl.modality.cv.output.DetectedObjects;
import ai.djl.modality.cv.translator.Sam2Translator;
import ai.djl.modality.cv.translator.Sam2Translator.Sam2Input;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Blocks;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.io.IOException;
import org.sola.sam2.Sam2;
import org.sola.sam2.Sam2Config;
import org.sola.sam2.Sam2ImagePredictor;

/**
 * SAM 2: a {@link PromptedImage} to masks; a {@link PromptedVideo} to a {@link FollowedVideo}; or what DJL's own
 * translator for images takes and gives, so that its callers only change the Criteria.
 */
final class Sam2Loader extends CheckpointLoader<Sam2Config> {
    private static final Types OF_VIDEOS = new Types(PromptedVideo.class, FollowedVideo.class);
    private static final Types OF_DJL = new Types(Sam2Input.class, DetectedObjects.class);

    Sam2Loader(String name, String config) {
        super(
                name,
                config,
                Application.CV.INSTANCE_SEGMENTATION,
                Sam2Config.class,
                new Types(PromptedImage.class, Sam2ImagePredictor.Prediction.class),
                OF_VIDEOS,
                OF_DJL);
    }

    @Override
    boolean isUnread(String parameter) {
        return Sam2.isUnread(parameter);
    }

    @Override
    Loaded load(Sam2Config settings, Source source, Types wanted) {
        var model = Sam2.of(settings, source.weights());
        if (wanted.equals(OF_VIDEOS)) {
            return new Loaded(Blocks.identityBlock(), new Videos(model));
        }
        return wanted.equals(OF_DJL)
                ? new Loaded(new Sam2Block(model), Sam2Translator.builder().build())
                : new Loaded(Blocks.identityBlock(), new Masks(model));
    }

    /**
     * Prompts are objects of several kinds, not arrays, and the mask decoder's input depends on them, so the predictor
     * works on this side of DJL's block, which hands nothing through.
     */
    static final class Masks implements Translator<PromptedImage, Sam2ImagePredictor.Prediction> {
        private static final String PREDICTION = "prediction";

        private final Sam2 model;

        Masks(Sam2 model) {
            this.model = model;
        }

        @Override
        public NDList processInput(TranslatorContext context, PromptedImage input) {
            try (var predictor = Sam2ImagePredictor.of(model.image())) {
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

    /** The same for videos; what is handed out works on after the call, until it is closed. */
    static final class Videos implements Translator<PromptedVideo, FollowedVideo> {
        private static final String OPENED = "opened";

        private final Sam2 model;

        Videos(Sam2 model) {
            this.model = model;
        }

        @Override
        public NDList processInput(TranslatorContext context, PromptedVideo input) throws IOException {
            context.setAttachment(OPENED, FollowedVideo.open(model, input));
            return new NDList();
        }

        @Override
        public FollowedVideo processOutput(TranslatorContext context, NDList output) {
            return (FollowedVideo) context.getAttachment(OPENED);
        }

        @Override
        public Batchifier getBatchifier() {
            return null; // a video at a time
        }
    }
}
