package org.sola.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.sola.sam2.Sam2Config;
import org.sola.tensor.Precision;
import org.sola.tensor.Weights;

/**
 * Where the benchmark's networks come from: weights of a checkpoint, or random ones, since speed depends on shapes only.
 *
 * @param configs folder of the sizes' configurations
 * @param config size of the parts that are the same in all official sizes, the image encoder apart
 * @param checkpoint weights of that size, if they are not to be random
 * @param imageSize side of the network input in pixels, in place of the configurations' own
 * @param device where the networks run
 * @param precision of their large products
 */
public record Sam2Networks(
        Path configs,
        String config,
        Optional<Path> checkpoint,
        Optional<Integer> imageSize,
        Device device,
        Precision precision) {

    Sam2Config config(String name) throws IOException {
        var read = Sam2Config.read(configs.resolve(name + ".yaml"));
        return imageSize.map(read::withImageSize).orElse(read);
    }

    /** The weights of a size: the checkpoint's if it is that size's. */
    Weights weights(String name, NDManager manager) throws IOException {
        var weights = checkpoint.isPresent() && name.equals(config)
                ? Weights.open(checkpoint.get(), manager)
                : Weights.initialise(0, manager);
        return weights.withPrecision(precision);
    }
}
