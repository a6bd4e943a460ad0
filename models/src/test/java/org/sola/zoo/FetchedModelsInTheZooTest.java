package org.sola.zoo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelLoader;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ModelZoo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.catalogue.Catalogue;
import org.sola.catalogue.ModelStore;
import org.sola.config.Configs;
import org.sola.image.ImageFiles;
import org.sola.image.RgbImage;
import org.sola.selector.Selector;
import org.sola.selector.SelectorConfig;
import org.sola.tensor.ElementType;
import org.sola.tensor.TorchFileWriter;
import org.sola.tensor.Weights;

class FetchedModelsInTheZooTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void use() {
        System.setProperty(ModelStore.PROPERTY, folder.toString());
    }

    @AfterEach
    void restore() {
        System.clearProperty(ModelStore.PROPERTY);
    }

    @Test
    void theExampleOfTheDocumentationIsThisOneAndRuns() throws Exception {
        var home = Path.of(System.getProperty("sola.home"));
        String documented = Files.readString(home.resolve("docs/models.md"));
        String example = documented
                .substring(documented.indexOf("```java\n") + "```java\n".length())
                .replaceFirst("(?s)```.*", "");
        String source = Files.readString(home.resolve("models/src/test/java/org/sola/zoo/ModelZooExample.java"));
        assertTrue(unindented(source).contains(unindented(example)), example);

        var pixels = new byte[90 * 120 * 3];
        for (int y = 30; y < 60; y++) {
            Arrays.fill(pixels, (y * 120 + 40) * 3, (y * 120 + 80) * 3, (byte) 200);
        }
        var file = folder.resolve("image.png");
        ImageFiles.writePng(file, new RgbImage(90, 120, pixels));
        var masks = ModelZooExample.masks(file, 60, 45);
        assertEquals(3, masks.size());
        assertEquals(120, masks.get(0).width());
    }

    private static String unindented(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n"));
    }

    @Test
    void publishedModelsAreListedAndOneThatIsNotHereNamesTheCommandThatFetchesIt() {
        var listed = ModelZoo.getModelZoo(SolaModelZoo.GROUP_ID).getModelLoaders().stream()
                .map(ModelLoader::getArtifactId)
                .toList();
        assertTrue(
                listed.containsAll(List.of("sam2.1-hiera-large", "sam2-hiera-tiny", "selector-official")),
                listed.toString());
        var criteria = Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optGroupId(SolaModelZoo.GROUP_ID)
                .optArtifactId("selector-official")
                .build();
        String message = assertThrows(ModelNotFoundException.class, criteria::loadModel)
                .getCause()
                .getMessage();
        assertTrue(message.contains("sola models fetch selector-official"), message);
        var url = Criteria.builder().setTypes(NDList.class, NDList.class);
        message = assertThrows(IllegalArgumentException.class, () -> url.optModelUrls("sola:sam2.1-hiera-tiny"))
                .getMessage();
        assertTrue(message.contains("sola models fetch sam2.1-hiera-tiny"), message);
    }

    @Test
    void aFetchedSelectorIsLoadedByItsNameAndByItsAddress() throws Exception {
        var home = smallHome();
        var byName = Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optGroupId(SolaModelZoo.GROUP_ID)
                .optArtifactId("selector-official")
                .optArgument("home", home.toString())
                .build();
        String realHome = System.setProperty("sola.home", home.toString());
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var byAddress = Criteria.builder()
                    .setTypes(NDList.class, NDList.class)
                    .optModelUrls("sola:selector-official")
                    .build();
            var input =
                    new NDList(manager.randomNormal(new Shape(1, 2, 6, 16)), manager.randomNormal(new Shape(1, 4, 32)));
            assertArrayEquals(scores(byName, input), scores(byAddress, input));
        } finally {
            System.setProperty("sola.home", realHome);
        }
    }

    private static float[] scores(Criteria<NDList, NDList> criteria, NDList input) throws Exception {
        try (var model = criteria.loadModel();
                var predictor = model.newPredictor();
                var scores = predictor.predict(input)) {
            return scores.get(0).toFloatArray();
        }
    }

    /** A home whose official selector is small, with the file of its random weights where a fetch puts it. */
    private Path smallHome() throws IOException {
        var project = Path.of(System.getProperty("sola.home"));
        var home = folder.resolve("project");
        var configs = Files.createDirectories(home.resolve("configs/models"));
        Files.createDirectories(home.resolve("checkpoints"));
        Files.copy(
                project.resolve("checkpoints").resolve(Catalogue.FILE),
                home.resolve("checkpoints").resolve(Catalogue.FILE));
        Files.writeString(
                configs.resolve("selector-official.yaml"),
                Files.readString(project.resolve("configs/models/selector-official.yaml"))
                        .replace("objectTokenDim: 256", "objectTokenDim: 16")
                        .replace("langTokenDim: 1024", "langTokenDim: 32")
                        .replace("encoderDim: 512", "encoderDim: 32")
                        .replace("attentionDim: 1024", "attentionDim: 32"));
        var config = Configs.load(SelectorConfig.class, List.of(configs.resolve("selector-official.yaml")), Map.of());
        var store = Files.createDirectories(folder.resolve("models/selector-official"));
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var weights = Weights.initialise(5, manager);
            Selector.of(config, weights);
            var file = new TorchFileWriter().dictionary();
            int key = 0;
            for (var parameter : weights.used().entrySet()) {
                var values = parameter.getValue().toFloatArray();
                var bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(values);
                var shape = Arrays.stream(parameter.getValue().getShape().getShape())
                        .boxed()
                        .toList();
                var strides = new ArrayList<Long>();
                long stride = 1;
                for (int axis = shape.size() - 1; axis >= 0; axis--) {
                    strides.add(0, stride);
                    stride *= shape.get(axis);
                }
                String storage = Integer.toString(key++);
                file.tensor(
                        parameter.getKey(),
                        TorchFileWriter.StoredView.floats(storage, values.length, 0, shape, strides),
                        false);
                file.storage(storage, ElementType.FLOAT32, bytes.array());
            }
            Files.write(
                    store.resolve("selector-official.pth"), file.endDictionary().zip());
        }
        return home;
    }
}
