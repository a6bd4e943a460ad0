package org.sola.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.sam2.Sam2;
import org.sola.sam2.Sam2Config;
import org.sola.selector.Selector;
import org.sola.tensor.Checkpoint;
import org.sola.tensor.ElementType;
import org.sola.tensor.TorchFileWriter;
import org.sola.tensor.TorchFileWriter.StoredView;
import org.sola.tensor.Weights;

/** The small SAM 2 that ships, rewritten as official checkpoints are. */
class TorchModelTest {
    @TempDir
    private Path folder;

    /** {@code {"model": {name: tensor}}} with the parameter that every official file has and nothing reads. */
    private static TorchFileWriter official(Checkpoint source, boolean isOld) throws IOException {
        var writer = new TorchFileWriter().dictionary();
        writer.pickle().value("model");
        writer.dictionary();
        int key = 0;
        for (var tensor : source.tensors().entrySet()) {
            var bytes = new byte[(int) tensor.getValue().bytes()];
            source.bytes(tensor.getKey()).get(bytes);
            put(writer, tensor.getKey(), key++, tensor.getValue().shape(), bytes, isOld);
        }
        put(writer, "no_mem_pos_enc", key, List.of(1L, 1L, 128L), new byte[512], isOld);
        return writer.endDictionary().endDictionary();
    }

    private static void put(
            TorchFileWriter writer, String name, int key, List<Long> shape, byte[] bytes, boolean isOld) {
        var strides = new ArrayList<Long>();
        long stride = 1;
        for (int axis = shape.size() - 1; axis >= 0; axis--) {
            strides.add(0, stride);
            stride *= shape.get(axis);
        }
        String storage = Integer.toString(key);
        writer.tensor(name, StoredView.floats(storage, bytes.length / 4, 0, shape, strides), isOld);
        writer.storage(storage, ElementType.FLOAT32, bytes);
    }

    @Test
    void anOfficialFileGivesTheSameNetworkInBothContainers() throws IOException {
        var catalogue = ModelCatalogue.open();
        var shipped = catalogue.checkpoint("sam2.1-nano");
        var source = Checkpoint.open(shipped);
        for (boolean isOld : new boolean[] {false, true}) {
            var writer = official(source, isOld);
            var file = Files.write(folder.resolve("nano" + isOld + ".pt"), isOld ? writer.old() : writer.zip());
            var files = catalogue.sam2(file.toString());
            assertEquals("sam2.1-nano", files.name());
            try (var manager = NDManager.newBaseManager("PyTorch")) {
                var weights = Weights.open(files.checkpoint(), manager);
                Sam2.of(Sam2Config.read(files.config()), weights);
                weights.requireAllUsed(Sam2::isUnread);
                assertEquals(source.tensors().keySet(), weights.used().keySet());
                for (var parameter : weights.used().entrySet()) {
                    assertArrayEquals(
                            source.floats(parameter.getKey()),
                            parameter.getValue().toFloatArray(),
                            parameter.getKey());
                }
            }
        }
    }

    @Test
    void aSelectorOfAnOfficialTrainingIsKnownByItsContent() throws IOException {
        var source = Checkpoint.open(ModelCatalogue.open().checkpoint("selector-nano"));
        var writer = new TorchFileWriter().dictionary(); // a bare state dictionary, as the official training saves
        int key = 0;
        for (var tensor : source.tensors().entrySet()) {
            var bytes = new byte[(int) tensor.getValue().bytes()];
            source.bytes(tensor.getKey()).get(bytes);
            put(writer, tensor.getKey(), key++, tensor.getValue().shape(), bytes, false);
        }
        var file = Files.write(
                folder.resolve("epoch_20.pth"), writer.endDictionary().zip());
        var files = ModelCatalogue.open().selector(file.toString());
        assertEquals("selector-nano", files.read().name());
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var weights = Weights.open(files.checkpoint(), manager);
            Selector.of(files.read(), weights);
            weights.requireAllUsed();
        }
    }

    @Test
    void aShippedModelIsFoundByItsPathToo() throws IOException {
        var catalogue = ModelCatalogue.open();
        for (String name : List.of("sam2.1-nano")) {
            String path = catalogue.checkpoint(name).toAbsolutePath().toString();
            assertEquals(catalogue.sam2(name).config(), catalogue.sam2(path).config());
        }
        String selector = catalogue.checkpoint("selector-nano").toString();
        assertEquals(
                catalogue.selector("selector-nano").config(),
                catalogue.selector(selector).config());
    }

    @Test
    void aFileThatIsNoSam2IsNamed() throws IOException {
        var writer = new TorchFileWriter().dictionary();
        put(writer, "weight", 0, List.of(2L), new byte[8], false);
        var file =
                Files.write(folder.resolve("other.pth"), writer.endDictionary().zip());
        String message = assertThrows(IllegalArgumentException.class, () -> ModelCatalogue.open()
                        .sam2(file.toString()))
                .getMessage();
        assertTrue(message.contains("other.pth is no SAM 2 of a known size"), message);
        String selector = assertThrows(IllegalArgumentException.class, () -> ModelCatalogue.open()
                        .selector(file.toString()))
                .getMessage();
        assertTrue(selector.contains("other.pth is no selector of a known size"), selector);
    }
}
