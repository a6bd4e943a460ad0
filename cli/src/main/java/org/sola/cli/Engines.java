package org.sola.cli;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.sola.tensor.Precision;

/** Starts the tensor engine as the options ask; called by commands that compute, never while help is printed. */
final class Engines {
    private Engines() {}

    /**
     * The engine that runs.
     *
     * @param engine name and version
     * @param device where new arrays go
     * @param gpus cards that the engine sees
     * @param threads threads of one matrix product
     * @param precision of the large products
     */
    record Started(String engine, Device device, int gpus, int threads, Precision precision) {
        /** What is not as usual about how it computes, for the line that says what will be done; else empty. */
        String remark() {
            return precision == Precision.FLOAT32
                    ? ""
                    : ", large products in " + precision.name().toLowerCase(Locale.ROOT);
        }

        /** Speed of a float32 matrix product of side 1024, in 1e9 multiply-adds times two a second. */
        double measureGigaflops() {
            int side = 1024;
            try (var manager = NDManager.newBaseManager(device)) {
                var a = manager.randomNormal(new Shape(side, side));
                double best = Double.MAX_VALUE;
                for (int i = 0; i < 6; i++) {
                    long start = System.nanoTime();
                    try (var product = a.matMul(a);
                            var sum = product.sum()) {
                        sum.getFloat();
                    }
                    best = Math.min(best, (System.nanoTime() - start) / 1e9);
                }
                return Math.round(2.0 * side * side * side / best / 1e8) / 10.0;
            }
        }
    }

    /** Starts the engine; a GPU that is not there and a precision that gains nothing here are refused. */
    static Started start(EngineOptions options) {
        int threads = options.threadCount();
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
        System.setProperty("ai.djl.offline", "true");
        boolean card = Files.exists(Path.of("/proc/driver/nvidia/version")) || Files.exists(Path.of("/dev/nvidia0"));
        var engine = Engine.getEngine("PyTorch");
        int gpus = card ? engine.getGpuCount() : 0;
        if (options.device == EngineOptions.DeviceChoice.GPU && gpus == 0) {
            throw new IllegalArgumentException(
                    card
                            ? "--device gpu: the engine was built for the CPU; put -Pcuda into .mvn/maven.config and start again"
                            : "--device gpu: this machine has no NVIDIA card that the driver knows; use --device cpu");
        }
        boolean gpu = options.device != EngineOptions.DeviceChoice.CPU && gpus > 0;
        var device = gpu ? Device.gpu() : Device.cpu();
        options.precision().refusal(device).ifPresent(why -> {
            throw new IllegalArgumentException("--precision bfloat16: " + why + "; leave the option out");
        });
        return new Started(
                engine.getEngineName() + " " + engine.getVersion(), device, gpus, threads, options.precision());
    }
}
