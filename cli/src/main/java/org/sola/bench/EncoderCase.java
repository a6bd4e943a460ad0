package org.sola.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import org.sola.sam2.ImageEncoder;

/** One frame to its features: trunk, feature pyramid and the decoder's narrowing convolutions. */
final class EncoderCase implements BenchmarkCase {
    private final NDManager manager;
    private final ImageEncoder encoder;
    private final NDArray image;

    private EncoderCase(NDManager manager, ImageEncoder encoder, NDArray image) {
        this.manager = manager;
        this.encoder = encoder;
        this.image = image;
    }

    static EncoderCase of(Sam2Networks networks, String name) throws IOException {
        var manager = NDManager.newBaseManager(networks.device());
        var config = networks.config(name);
        var encoder = ImageEncoder.of(config, networks.weights(name, manager));
        int side = config.imageSize();
        // channels last in memory, as images are
        var image = manager.randomNormal(0, 1, new Shape(1, side, side, 3), DataType.FLOAT32)
                .transpose(0, 3, 1, 2);
        return new EncoderCase(manager, encoder, image);
    }

    @Override
    public void run() {
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            encoder.forward(image).s2().get("0, 0, 0, 0").getFloat();
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
