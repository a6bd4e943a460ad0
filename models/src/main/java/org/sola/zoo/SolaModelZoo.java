package org.sola.zoo;

import ai.djl.repository.zoo.ModelZoo;
import java.util.Set;

/**
 * The models that ship in {@code checkpoints/}, for DJL's {@code Criteria}: group {@value #GROUP_ID}, artifacts {@code
 * sam2.1-nano} ({@link PromptedImage} to {@code Sam2ImagePredictor.Prediction}) and {@code selector-nano} (object tokens
 * and text tokens to scores, as lists of arrays).
 *
 * <p>Files are looked for below the Criteria's argument {@code home}, else the system property {@code sola.home}, else
 * the working directory. Nothing is downloaded.
 *
 * <p>Name the group as well as the artifact: without it DJL asks its own zoos too, some of which look for an index on
 * the network. {@code optModelUrls} does not lead here, since DJL reads what a URL points at with a loader of its own
 * and asks no zoo.
 */
public final class SolaModelZoo extends ModelZoo {
    public static final String GROUP_ID = "org.sola";

    SolaModelZoo() {
        addModel(new Sam2ImageLoader("sam2.1-nano"));
        addModel(new SelectorLoader("selector-nano"));
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
