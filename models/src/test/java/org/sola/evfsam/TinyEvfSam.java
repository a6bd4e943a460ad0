package org.sola.evfsam;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.sola.image.RgbImage;
import org.sola.sam2.Sam2Config;
import org.sola.tensor.SafetensorsWriter;
import org.sola.tensor.Weights;

/** An EVF-SAM of thousandths of the size, whose map no window divides. */
final class TinyEvfSam {
    static final Path TOKENIZER =
            Path.of(System.getProperty("sola.home"), "checkpoints/evf-sam-nano.sentencepiece.model");

    static final EvfSamConfig.Fusion FUSION = new EvfSamConfig.Fusion(24, 8, 1602, 40, 16, 2, 2, 32);
    static final EvfSamConfig.Sam SAM = new EvfSamConfig.Sam(64, 8, 20, 3, 2, 3, List.of(1), 32, 2, 2, 24);
    static final EvfSamConfig CONFIG = new EvfSamConfig("tiny", FUSION, SAM);

    /** The same with SAM 2. */
    static EvfSamConfig sam2(boolean multimask) {
        var network = new Sam2Config(
                "tiny-sam2",
                64,
                new Sam2Config.Hiera(8, 1, List.of(1, 1, 1, 1), List.of(2), List.of(8, 4, 4, 2), 7),
                16,
                8,
                new Sam2Config.Decoder(2, 2, 16, false),
                new Sam2Config.MemoryAttention(1, 16),
                2,
                2,
                true);
        return new EvfSamConfig(
                "tiny-2", FUSION, Optional.empty(), Optional.of(new EvfSamConfig.Sam2(network, multimask)));
    }

    private TinyEvfSam() {}

    static EvfSam network(long seed, NDManager manager) {
        return EvfSam.of(CONFIG, Weights.initialise(seed, manager));
    }

    /** A file of starting values, without the parameters named. */
    static Path checkpoint(Path folder, NDManager manager, Set<String> without) throws IOException {
        var weights = Weights.initialise(3, manager);
        EvfSam.of(CONFIG, weights);
        var writer = new SafetensorsWriter();
        weights.used().forEach((name, array) -> {
            if (!without.contains(name)) {
                writer.add(name, array);
            }
        });
        var file = folder.resolve("model.safetensors");
        writer.write(file);
        return file;
    }

    static RgbImage image(int height, int width, long seed) {
        var rgb = new byte[3 * height * width];
        new Random(seed).nextBytes(rgb);
        return new RgbImage(height, width, rgb);
    }
}
