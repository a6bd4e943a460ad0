package org.sola.zoo;

import ai.djl.Model;
import ai.djl.modality.cv.output.DetectedObjects;
import ai.djl.modality.cv.translator.Sam2Translator;
import ai.djl.modality.cv.translator.Sam2Translator.Sam2Input;
import ai.djl.ndarray.NDList;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Set;
import org.sola.evfsam.ReferredMask;
import org.sola.sam2.Sam2ImagePredictor;
import org.sola.selector.SelectorBlock;
import org.sola.text.TextTokens;

/** Makes the translator of a model that was asked for by {@code optModelUrls("sola:NAME")}. DJL makes it by its name. */
public final class UrlTranslatorFactory implements TranslatorFactory {
    private static final long serialVersionUID = 1;

    @Override
    public Set<Pair<Type, Type>> getSupportedTypes() {
        return Set.of(
                new Pair<>(PromptedImage.class, Sam2ImagePredictor.Prediction.class),
                new Pair<>(PromptedVideo.class, FollowedVideo.class),
                new Pair<>(Sam2Input.class, DetectedObjects.class),
                new Pair<>(ReferredImage.class, ReferredMask[].class),
                new Pair<>(CaptionedImage.class, DetectedObjects[].class),
                new Pair<>(String.class, float[].class),
                new Pair<>(String.class, TextTokens.class),
                new Pair<>(String[].class, TextTokens[].class),
                new Pair<>(NDList.class, NDList.class));
    }

    @Override
    @SuppressWarnings("unchecked") // the classes were compared
    public <I, O> Translator<I, O> newInstance(Class<I> input, Class<O> output, Model model, Map<String, ?> arguments)
            throws TranslateException {
        if (model.getBlock() instanceof Sam2Block block && input == PromptedImage.class) {
            return (Translator<I, O>) new Sam2Loader.Masks(block.whole());
        }
        if (model.getBlock() instanceof Sam2Block block && input == PromptedVideo.class) {
            return (Translator<I, O>) new Sam2Loader.Videos(block.whole());
        }
        if (model.getBlock() instanceof Sam2Block && input == Sam2Input.class) {
            return (Translator<I, O>) Sam2Translator.builder().build();
        }
        if (model.getBlock() instanceof SelectorBlock && input == NDList.class) {
            return (Translator<I, O>) new SelectorLoader.Scores();
        }
        if (model.getBlock() instanceof AskedBlock asked) {
            var translator = asked.translator(input, output);
            if (translator.isPresent()) {
                return (Translator<I, O>) translator.get();
            }
        }
        throw new TranslateException(
                model.getName() + " does not take " + input.getName() + " and give " + output.getName());
    }
}
