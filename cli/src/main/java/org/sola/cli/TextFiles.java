package org.sola.cli;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.sola.tensor.Checkpoint;
import org.sola.text.CachedTextEncoder;
import org.sola.text.MiniLmTextEncoder;
import org.sola.text.TextEncoder;
import org.sola.text.TextModelConfig;
import org.sola.text.TransformerTextEncoder;

/**
 * A text encoder on disk.
 *
 * @param name what users call it
 * @param config its configuration
 * @param folder its published files; empty for the one that is part of the program
 * @param memory where tokens of expressions are kept; empty where they are not
 */
record TextFiles(String name, TextModelConfig config, Optional<Path> folder, Optional<Path> memory) {
    private static final TextFiles BUILT_IN =
            new TextFiles(ModelCatalogue.BUILT_IN, TextModelConfig.miniLm(), Optional.empty(), Optional.empty());

    /** The text encoder called {@code nameOrFolder}; all of its files are there. */
    static TextFiles named(ModelCatalogue catalogue, String nameOrFolder) throws IOException {
        if (nameOrFolder.equalsIgnoreCase(ModelCatalogue.BUILT_IN)) {
            return BUILT_IN;
        }
        if (Files.isDirectory(Path.of(nameOrFolder))) {
            return ofFolder(catalogue, Path.of(nameOrFolder));
        }
        var names = new ArrayList<>(List.of(ModelCatalogue.BUILT_IN));
        for (var model : catalogue.published()) {
            if (isText(catalogue, model.config())) {
                if (model.name().equals(nameOrFolder) || model.config().equals(nameOrFolder)) {
                    return published(catalogue, model.name(), model.config());
                }
                names.add(model.name());
            }
        }
        throw new IllegalArgumentException(
                "the text encoder \"" + nameOrFolder + "\" is neither a folder nor one of " + String.join(", ", names));
    }

    /** The text encoder for selectors that name none: the only one whose tokens have {@code width} values. */
    static TextFiles ofWidth(ModelCatalogue catalogue, int width, String selector) throws IOException {
        if (BUILT_IN.config().width() == width) {
            return BUILT_IN;
        }
        for (var model : catalogue.published()) {
            if (isText(catalogue, model.config())
                    && TextModelConfig.read(catalogue.config(model.config())).width() == width) {
                return published(catalogue, model.name(), model.config());
            }
        }
        throw new IllegalArgumentException("selector " + selector + " reads text tokens of " + width
                + " values, and no text encoder that is known here makes such; give --text-encoder DIR");
    }

    private static TextFiles published(ModelCatalogue catalogue, String name, String config) {
        return new TextFiles(
                name,
                TextModelConfig.read(catalogue.config(config)),
                Optional.of(catalogue.folderOf(name)),
                Optional.of(catalogue.store().root().resolveSibling("text")));
    }

    private static TextFiles ofFolder(ModelCatalogue catalogue, Path folder) throws IOException {
        var weights = Stream.of("model.safetensors", "pytorch_model.bin")
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new FileNotFoundException(
                        folder + " has no model.safetensors and no pytorch_model.bin, the weights of a text encoder"));
        String name = catalogue.sizeOf(Checkpoint.open(weights));
        if (!isText(catalogue, name)) {
            throw new IllegalArgumentException(weights + " is no text encoder of a known size; 'sola models show "
                    + weights + "' says what it is");
        }
        var config = TextModelConfig.read(catalogue.config(name));
        TransformerTextEncoder.requireTokenizer(config, folder);
        return new TextFiles(name, config, Optional.of(folder), Optional.empty());
    }

    private static boolean isText(ModelCatalogue catalogue, String config) throws IOException {
        var file = catalogue.config(config);
        return !config.isEmpty()
                && Files.isRegularFile(file)
                && new ObjectMapper(new YAMLFactory()).readTree(file.toFile()).has("tokenizer");
    }

    /** Loads it; the caller closes it. */
    TextEncoder open(Device device) throws IOException {
        var encoder = openPlain(device);
        return memory.isPresent() ? CachedTextEncoder.of(encoder, memory.get()) : encoder;
    }

    /** Loads the network alone, without what is kept on disk. */
    TransformerTextEncoder openPlain(Device device) throws IOException {
        var manager = NDManager.newBaseManager(device);
        return folder.isEmpty()
                ? MiniLmTextEncoder.open(manager)
                : TransformerTextEncoder.open(config, folder.get(), manager);
    }

    /** Loads it for a command that needs the same expressions often: what has no other memory is kept in {@code own}. */
    TextEncoder open(Device device, Path own) throws IOException {
        var encoder = open(device);
        return memory.isPresent() ? encoder : CachedTextEncoder.of(encoder, own);
    }
}
