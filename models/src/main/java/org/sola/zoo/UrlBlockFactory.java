package org.sola.zoo;

import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import ai.djl.repository.zoo.ModelNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Makes the block of a model that was asked for by {@code optModelUrls("sola:NAME")}. DJL makes it by its name. */
public final class UrlBlockFactory implements BlockFactory {
    private static final long serialVersionUID = 1;

    static final String MODEL = "sola.model";

    @Override
    public Block newBlock(Model model, Path modelPath, Map<String, ?> arguments) throws IOException {
        String name = String.valueOf(arguments.get(MODEL));
        var files = ZooFiles.of(arguments);
        try {
            return SolaModelZoo.loader(name, files).block(files, model.getNDManager());
        } catch (ModelNotFoundException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
