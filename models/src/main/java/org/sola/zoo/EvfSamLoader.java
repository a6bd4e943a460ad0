package org.sola.zoo;

import ai.djl.Application;
import ai.djl.ndarray.NDList;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.io.IOException;
import java.util.Map;
import org.sola.evfsam.EvfSam;
import org.sola.evfsam.EvfSamConfig;
import org.sola.evfsam.EvfSamSegmenter;
import org.sola.evfsam.ExpressionTokenizer;
import org.sola.evfsam.ReferredMask;

/** EVF-SAM on images: a {@link ReferredImage} to a mask an expression. */
final class EvfSamLoader extends CheckpointLoader<EvfSamConfig> {
    EvfSamLoader(String name, String config) {
        super(
                name,
                config,
                Application.CV.INSTANCE_SEGMENTATION,
                EvfSamConfig.class,
                new Types(ReferredImage.class, ReferredMask[].class));
    }

    @Override
    boolean isUnread(String parameter) {
        return EvfSam.isIgnored(parameter);
    }

    @Override
    Loaded load(EvfSamConfig settings, Source source, Types wanted) throws IOException {
        var network = EvfSam.of(settings, source.weights());
        var tokenizer = ExpressionTokenizer.open(EvfSamSegmenter.tokenizerBeside(source.checkpoint()));
        return AskedBlock.loaded(Map.of(wanted, new Masks(network, tokenizer)), wanted);
    }

    /** Expressions are no arrays, so the segmenter works on this side of DJL's block, which hands nothing through. */
    private record Masks(EvfSam network, ExpressionTokenizer tokenizer)
            implements Translator<ReferredImage, ReferredMask[]> {
        private static final String MASKS = "masks";

        @Override
        public NDList processInput(TranslatorContext context, ReferredImage input) {
            // not closed: the tokenizer serves the next image too, and the manager is the predictor's
            var segmenter = EvfSamSegmenter.of(network, tokenizer, context.getNDManager());
            try (var frame = segmenter.encode(input.image())) {
                context.setAttachment(MASKS, segmenter.segment(frame, input.expressions()));
            }
            return new NDList();
        }

        @Override
        public ReferredMask[] processOutput(TranslatorContext context, NDList output) {
            return ((java.util.List<?>) context.getAttachment(MASKS)).toArray(ReferredMask[]::new);
        }

        @Override
        public Batchifier getBatchifier() {
            return null; // expressions are the batch
        }
    }
}
