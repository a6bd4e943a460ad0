package org.sola.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsTest {
    @TempDir
    private Path folder;

    private NDManager manager;
    private Weights weights;

    @BeforeEach
    void openFile() throws IOException {
        manager = NDManager.newBaseManager();
        var file = folder.resolve("model.safetensors");
        new SafetensorsWriter()
                .add("trunk.0.weight", new float[] {1, 2, 3, 4}, 2, 2)
                .add("trunk.0.bias", new float[] {5, 6}, 2)
                .add("head.weight", new float[] {7}, 1)
                .write(file);
        weights = Weights.open(file, manager);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private String refusal(Runnable question) {
        var error = assertThrows(WeightsException.class, question::run);
        assertTrue(error.getMessage().contains("model.safetensors"), error.getMessage());
        return error.getMessage();
    }

    @Test
    void parametersAreFoundByTheirWholePath() {
        var layer = weights.at("trunk").at(0);
        assertArrayEquals(new float[] {1, 2, 3, 4}, layer.get("weight", 2, 2).toFloatArray());
        assertArrayEquals(new float[] {5, 6}, layer.get("bias", 2).toFloatArray());
        assertEquals(
                List.of("trunk.0.weight", "trunk.0.bias"),
                List.copyOf(weights.used().keySet()));
    }

    @Test
    void aMissingParameterIsNamedWithItsShapeAndTheNearestName() {
        var message = refusal(() -> weights.at("trunk").at(0).get("wieght", 2, 2));
        assertTrue(message.contains("no parameter \"trunk.0.wieght\" of shape [2, 2]"), message);
        assertTrue(message.contains("trunk.0.weight"), message);
    }

    @Test
    void aParameterOfAnotherShapeIsNamedWithBothShapes() {
        var message = refusal(() -> weights.at("trunk").at(0).get("weight", 4));
        assertTrue(message.contains("\"trunk.0.weight\" has shape [2, 2], this model needs [4]"), message);
    }

    @Test
    void parametersThatNobodyAskedForAreNamed() {
        weights.get("head.weight", 1);
        var message = refusal(weights::requireAllUsed);
        assertTrue(message.contains("2 parameters"), message);
        assertTrue(message.contains("trunk.0.bias, trunk.0.weight"), message);
        weights.requireAllUsed("trunk.0.bias", "trunk.0.weight");
    }
}
