package org.sola.zoo;

import ai.djl.repository.zoo.ModelZoo;
import ai.djl.repository.zoo.ZooProvider;

/** Lets DJL find {@link SolaModelZoo} through the service registry. */
public final class SolaZooProvider implements ZooProvider {
    @Override
    public ModelZoo getModelZoo() {
        return new SolaModelZoo();
    }
}
