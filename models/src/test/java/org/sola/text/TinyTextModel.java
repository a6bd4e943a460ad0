package org.sola.text;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.sola.tensor.SafetensorsWriter;
import org.sola.tensor.Weights;

/** A folder as authors publish a model, of a network small enough for a test. */
final class TinyTextModel {
    static final List<String> PIECES = List.of(
            "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "red", "car", "dog", "##s", "left", "small", ".",
            "that");

    private TinyTextModel() {}

    static TextModelConfig config(boolean positionsSkipPadding) {
        return new TextModelConfig(
                "tiny",
                TokenizerKind.WORD_PIECE,
                PIECES.size(),
                20,
                2,
                12,
                3,
                3,
                24,
                1e-5,
                0,
                positionsSkipPadding,
                16);
    }

    /** @param names from the names of the parameters to those in the file */
    static Path publish(Path folder, long seed, UnaryOperator<String> names) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("vocab.txt"), PIECES);
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var weights = Weights.initialise(seed, manager);
            TransformerEncoder.of(config(false), weights);
            var file = new SafetensorsWriter();
            weights.used().forEach((name, array) -> file.add(names.apply(name), array));
            file.write(folder.resolve("model.safetensors"));
        }
        return folder;
    }

    static Path publish(Path folder, long seed) throws IOException {
        return publish(folder, seed, name -> name);
    }
}
