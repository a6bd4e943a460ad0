package org.sola.cutie;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.tensor.CheckpointException;
import org.sola.tensor.FreedMemory;
import org.sola.tensor.SafetensorsException;
import org.sola.tensor.SafetensorsWriter;
import org.sola.tensor.Weights;
import org.sola.tensor.WeightsException;

class CutieWeightsTest {
    private static Map<String, NDArray> arrays(NDManager manager) {
        var weights = Weights.initialise(3, manager);
        Cutie.of(NanoCutie.config(), weights);
        return new LinkedHashMap<>(weights.used());
    }

    @Test
    void theSmallSizeIsAsSmallAsItSays() {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            assertEquals(1.4e6, parameters(arrays(manager)), 0.05e6);
        }
    }

    private static long parameters(Map<String, NDArray> arrays) {
        return arrays.entrySet().stream()
                .filter(entry -> !entry.getKey().contains(".running_"))
                .mapToLong(entry -> entry.getValue().size())
                .sum();
    }

    @Test
    void theBaseSizeHasTheParametersOfTheOfficialOne() {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var home = Path.of(System.getProperty("sola.home"));
            var weights = Weights.initialise(3, manager);
            Cutie.of(CutieConfig.read(home.resolve("configs/models/cutie-base.yaml")), weights);
            assertEquals(34.96e6, parameters(weights.used()), 0.005e6);
        }
    }

    @Test
    void whatTheOfficialFileHasBesidesIsKnown() {
        assertTrue(Cutie.ignores("aux_computer.sensory_aux.projection.weight"));
        assertTrue(Cutie.ignores("pixel_encoder.bn1.num_batches_tracked"));
        assertTrue(Cutie.ignores("object_transformer.spatial_pe.inv_freq"));
        assertFalse(Cutie.ignores("object_transformer.query_init.weight"));
    }

    @Test
    void aMissingParameterIsNamed() {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var arrays = arrays(manager);
            arrays.remove("mask_encoder.fuser.block2.conv.weight");
            var error = assertThrows(
                    WeightsException.class, () -> Cutie.of(NanoCutie.config(), Weights.of("some.pth", arrays)));
            assertTrue(error.getMessage().contains("mask_encoder.fuser.block2.conv.weight"), error.getMessage());
        }
    }

    @Test
    void aParameterOfAnotherSizeIsNamedWithBothShapes() {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var arrays = arrays(manager);
            arrays.put("object_transformer.query_init.weight", manager.zeros(new Shape(16, 64)));
            var error = assertThrows(
                    WeightsException.class, () -> Cutie.of(NanoCutie.config(), Weights.of("some.pth", arrays)));
            assertTrue(
                    error.getMessage().contains("\"object_transformer.query_init.weight\" has shape [16, 64]"),
                    error.getMessage());
            assertTrue(error.getMessage().contains("needs [8, 64]"), error.getMessage());
        }
    }

    @Test
    void aTruncatedCheckpointIsRefusedBeforeAnythingIsBuilt(@TempDir Path folder) throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var whole = folder.resolve("nano.safetensors");
            var file = new SafetensorsWriter();
            arrays(manager).forEach(file::add);
            file.write(whole);
            var configuration = Path.of(System.getProperty("sola.home"), "configs/models/cutie-nano.yaml");
            Cutie.open(configuration, whole, manager);
            byte[] bytes = Files.readAllBytes(whole);
            var cut = folder.resolve("cut.safetensors");
            Files.write(cut, java.util.Arrays.copyOf(bytes, bytes.length - 1000));
            var error = assertThrows(Exception.class, () -> Cutie.open(configuration, cut, manager));
            assertTrue(error instanceof SafetensorsException || error instanceof CheckpointException, error.toString());
        }
    }

    @Test
    void whatNoPartAsksForIsNamed(@TempDir Path folder) throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var file = new SafetensorsWriter();
            arrays(manager).forEach(file::add);
            file.add("aux_computer.sensory_aux.projection.bias", manager.zeros(new Shape(3)));
            file.add("pixel_encoder.layer4.0.conv1.weight", manager.zeros(new Shape(3)));
            var checkpoint = folder.resolve("more.safetensors");
            file.write(checkpoint);
            var configuration = Path.of(System.getProperty("sola.home"), "configs/models/cutie-nano.yaml");
            var error = assertThrows(WeightsException.class, () -> Cutie.open(configuration, checkpoint, manager));
            assertTrue(error.getMessage().contains("pixel_encoder.layer4.0.conv1.weight"), error.getMessage());
            assertFalse(error.getMessage().contains("aux_computer"), error.getMessage());
        }
    }

    @Test
    void aWrongConfigurationSaysWhatIsWrong() {
        var config = NanoCutie.config();
        var error = assertThrows(
                IllegalArgumentException.class,
                () -> new CutieConfig(
                        "odd",
                        64,
                        32,
                        64,
                        64,
                        64,
                        config.pixelEncoder(),
                        config.maskEncoder(),
                        32,
                        128,
                        new CutieConfig.Transformer(1, 5, 8, 64),
                        config.decoderDims()));
        assertEquals("Cutie configuration odd: embedDim 64 does not divide into 5 heads", error.getMessage());
    }

    @Test
    void gradientsReachEveryParameterThroughTwoFrames() throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var weights = Weights.initialise(3, manager);
            var cutie = Cutie.of(NanoCutie.config(), weights);
            var learnt = new LinkedHashMap<String, NDArray>();
            weights.used().forEach((name, array) -> {
                if (!name.contains(".running_")) {
                    array.setRequiresGradient(true);
                    learnt.put(name, array);
                }
            });
            var images = manager.randomUniform(0, 1, new Shape(2, 3, 32, 48));
            var given = manager.zeros(new Shape(2, 2, 32, 48));
            given.set(new ai.djl.ndarray.index.NDIndex(":, 0, :16, :20"), 1);
            given.set(new ai.djl.ndarray.index.NDIndex(":, 1, 18:, 22:"), 1);
            try (var collector = Engine.getInstance().newGradientCollector()) {
                var loss = loss(cutie, images, given, manager);
                var kept = FreedMemory.overwrite();
                collector.backward(loss);
                assertFalse(kept.isEmpty());
            }
            learnt.forEach((name, array) -> {
                var gradient = array.getGradient();
                assertFalse(gradient.isNaN().any().getBoolean(), name);
                assertTrue(gradient.abs().sum().getFloat() > 0, "no gradient reaches " + name);
            });
        }
    }

    /** Two videos with two objects each: a frame is memorised, the same frame read, drawn and memorised. */
    private static NDArray loss(Cutie cutie, NDArray images, NDArray given, NDManager manager) {
        var frame = cutie.encode(images);
        var values = cutie.encodeMasks(frame, given);
        var config = cutie.config();
        var sensory = cutie.updateSensory(values, manager.zeros(new Shape(4, config.sensoryDim(), 2, 3)));
        var summaries = cutie.summarise(given, values);
        var readout = cutie.readAll(frame, frame.key(), frame.shrinkage(), values);
        var fused = cutie.fuse(frame, readout, sensory, Cutie.atStride16(given));
        var transformed = cutie.transform(fused, summaries, 2, (name, array) -> {});
        var drawn = cutie.draw(frame, transformed);
        var felt = cutie.feelDrawn(transformed, drawn, sensory);
        var loss = cutie.compete(drawn.logits(), 2)
                .softmax(1)
                .square()
                .sum()
                .add(felt.square().sum());
        for (int i = 0; i <= config.objectTransformer().blocks(); i++) {
            loss = loss.add(cutie.auxiliaryLogits(i, transformed, 2).square().sum());
        }
        return loss;
    }
}
