package org.sola.zoo;

import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ModelZoo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The project's models for DJL's {@code Criteria}: group {@value #GROUP_ID}, artifacts {@code sam2.1-nano} and {@code
 * selector-nano}, which ship in {@code checkpoints/}, and SAM 2's official sizes ({@code sam2-hiera-tiny} to {@code
 * sam2.1-hiera-large}), whose checkpoints their users have or
 * {@code sola models fetch} brings; further SAM 2 and selectors, and EVF-SAM, of {@code checkpoints/catalogue.yaml} likewise.
 *
 * <p>SAM 2 takes a {@link PromptedImage} (points, boxes, masks) and gives a {@code Sam2ImagePredictor.Prediction}; it
 * takes a {@link PromptedVideo} and gives a {@link FollowedVideo}, a stream of frames with their masks; or it
 * takes and gives what DJL's own {@code Sam2Translator} does, {@code Sam2Input} and {@code DetectedObjects}. The selector
 * takes object tokens and text tokens and gives scores, as lists of arrays. EVF-SAM takes a {@link ReferredImage} and gives
 * a {@code ReferredMask} an expression; its tokenizer lies beside the weights. Grounding DINO takes a {@link
 * CaptionedImage} and gives {@code DetectedObjects} a caption. A text encoder takes an expression and gives its {@code
 * TextTokens} or one vector, {@code float[]}.
 *
 * <p>Weights are read from the file that the Criteria's argument {@code checkpoint} names, {@code .pt} or {@code
 * .safetensors}, else from {@code checkpoints/ARTIFACT} with either ending, else from where {@code sola models fetch}
 * puts them. {@code checkpoints/} and {@code configs/} are looked for below the argument {@code home}, else the system property {@code sola.home}, else the working directory. Nothing is
 * downloaded.
 *
 * <p>Name the group as well as the artifact: without it DJL asks its own zoos too, some of which look for an index on
 * the network. {@code optModelUrls("sola:NAME")} asks no other zoo.
 */
public final class SolaModelZoo extends ModelZoo {
    public static final String GROUP_ID = "org.sola";

    SolaModelZoo() {
        loaders(ZooFiles.of(Map.of())).forEach(this::addModel);
    }

    private static List<CheckpointLoader<?>> loaders(ZooFiles files) {
        var loaders = new ArrayList<CheckpointLoader<?>>();
        loaders.add(new Sam2Loader("sam2.1-nano", "sam2.1-nano"));
        for (String version : List.of("sam2", "sam2.1")) {
            for (String size : List.of("tiny", "small", "base-plus", "large")) {
                String name = version + "-hiera-" + size;
                loaders.add(new Sam2Loader(name, name));
            }
        }
        loaders.add(new SelectorLoader("selector-nano", "selector-nano"));
        var names = loaders.stream().map(CheckpointLoader::getArtifactId).toList();
        files.published("sam2").forEach((name, config) -> {
            if (!names.contains(name)) {
                loaders.add(new Sam2Loader(name, config));
            }
        });
        loaders.add(new EvfSamLoader("evf-sam-nano", "evf-sam-nano"));
        files.published("evf-sam").forEach((name, config) -> loaders.add(new EvfSamLoader(name, config)));
        files.published("selector").forEach((name, config) -> loaders.add(new SelectorLoader(name, config)));
        files.published("groundingdino").forEach((name, config) -> loaders.add(new GroundingDinoLoader(name, config)));
        files.published("roberta").forEach((name, config) -> loaders.add(new TextEncoderLoader(name, config)));
        return loaders;
    }

    /** The loader of the model called {@code name}. */
    static CheckpointLoader<?> loader(String name, ZooFiles files) throws ModelNotFoundException {
        return loaders(files).stream()
                .filter(loader -> loader.getArtifactId().equals(name))
                .findFirst()
                .orElseThrow(() -> new ModelNotFoundException("the zoo has no model called " + name));
    }

    @Override
    public String getGroupId() {
        return GROUP_ID;
    }

    @Override
    public Set<String> getSupportedEngines() {
        return Set.of("PyTorch");
    }
}
