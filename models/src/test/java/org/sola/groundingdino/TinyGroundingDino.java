package org.sola.groundingdino;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.sola.tensor.FormulaWeights;
import org.sola.tensor.SafetensorsWriter;
import org.sola.text.TextModelConfig;
import org.sola.text.TokenizerKind;

/** A Grounding DINO of 20 thousandths the size, with weights by formula under the transformers library's names. */
final class TinyGroundingDino {
    static final Path CASE = Path.of("src/test/resources/groundingdino/huggingface");
    static final long SEED = 2026;
    static final int VOCABULARY = 1100;

    static final GroundingDinoConfig CONFIG = new GroundingDinoConfig(
            "tiny",
            new GroundingDinoConfig.Swin(16, List.of(2, 2, 2, 2), List.of(2, 2, 4, 4), 7),
            new TextModelConfig(
                    "bert-tiny", TokenizerKind.WORD_PIECE, VOCABULARY, 64, 2, 32, 2, 2, 64, 1e-12, 0, false, 64),
            64,
            4,
            2,
            2,
            4,
            4,
            64,
            2,
            32,
            2,
            32,
            12,
            64,
            20);

    private TinyGroundingDino() {}

    /** The file that the library would have saved, without its integer buffers and {@code without}. */
    static Path checkpoint(Path folder, NDManager manager, Set<String> without) throws IOException {
        var writer = new SafetensorsWriter();
        FormulaWeights.read(CASE.resolve("params.tsv")).forEach((name, rule) -> {
            if (!rule.isInteger() && !without.contains(name)) {
                writer.add(name, rule.array(name, SEED, manager));
            }
        });
        var file = folder.resolve("model.safetensors");
        writer.write(file);
        return file;
    }

    /** A vocabulary whose special pieces have BERT's numbers. */
    static Path vocabulary(Path folder) throws IOException {
        var pieces = new ArrayList<String>();
        for (int i = 0; i < VOCABULARY; i++) {
            pieces.add("[unused" + i + "]");
        }
        pieces.set(0, "[PAD]");
        pieces.set(100, "[UNK]");
        pieces.set(101, "[CLS]");
        pieces.set(102, "[SEP]");
        pieces.set(103, "[MASK]");
        pieces.set(1012, ".");
        pieces.set(1029, "?");
        pieces.set(200, "a");
        pieces.set(201, "cat");
        pieces.set(202, "dog");
        var made = Files.createDirectories(folder.resolve("vocabulary"));
        Files.write(made.resolve("vocab.txt"), pieces);
        return made;
    }
}
