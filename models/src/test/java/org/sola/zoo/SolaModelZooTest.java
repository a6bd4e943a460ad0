package org.sola.zoo;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.sola.image.RgbImage;
import org.sola.sam2.Prompt;
import org.sola.sam2.Sam2ImagePredictor;

class SolaModelZooTest {
    @Test
    void criteriaFindsTheSelectorAndItsPredictorScoresTracks() throws Exception {
        var criteria = Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optGroupId(SolaModelZoo.GROUP_ID)
                .optArtifactId("selector-nano")
                .build();
        try (var model = criteria.loadModel();
                var predictor = model.newPredictor();
                var manager = NDManager.newBaseManager()) {
            var tokens = manager.randomNormal(new Shape(1, 3, 10, 128));
            var text = manager.randomNormal(new Shape(2, 5, 384));
            int before = 0;
            for (int i = 0; i < 3; i++) {
                try (var scores = predictor.predict(new NDList(tokens, text))) {
                    assertEquals(new Shape(2, 3), scores.get(0).getShape());
                }
                int now = model.getNDManager().getManagedArrays().size();
                assertTrue(i == 0 || now == before, "arrays left behind: " + (now - before));
                before = now;
            }
        }
    }

    @Test
    void criteriaFindsSam2AndItsPredictorSegmentsAnImage() throws Exception {
        var criteria = Criteria.builder()
                .setTypes(PromptedImage.class, Sam2ImagePredictor.Prediction.class)
                .optGroupId(SolaModelZoo.GROUP_ID)
                .optArtifactId("sam2.1-nano")
                .build();
        var pixels = new byte[120 * 160 * 3];
        for (int y = 40; y < 80; y++) {
            java.util.Arrays.fill(pixels, (y * 160 + 60) * 3, (y * 160 + 110) * 3, (byte) 200);
        }
        try (var model = criteria.loadModel();
                var predictor = model.newPredictor()) {
            var prediction =
                    predictor.predict(new PromptedImage(new RgbImage(120, 160, pixels), Prompt.point(85, 60), true));
            assertEquals(3, prediction.masks().size());
            assertEquals(160, prediction.masks().get(0).width());
        }
    }

    @Test
    void everyCheckpointThatShipsIsInTheZooThatDjlFinds() throws IOException {
        var listed = ModelZoo.getModelZoo(SolaModelZoo.GROUP_ID).getModelLoaders().stream()
                .map(ModelLoader::getArtifactId)
                .collect(Collectors.toCollection(TreeSet::new));
        var shipped = new TreeSet<String>();
        try (var files = Files.list(Path.of(System.getProperty("sola.home"), "checkpoints"))) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".safetensors"))
                    .forEach(name -> shipped.add(name.substring(0, name.indexOf(".safetensors"))));
        }
        assertEquals(shipped, listed);
    }

    @Test
    void otherTypesAreRefused() {
        var criteria = Criteria.builder()
                .setTypes(String.class, String.class)
                .optGroupId(SolaModelZoo.GROUP_ID)
                .optArtifactId("selector-nano")
                .build();
        assertThrows(ModelNotFoundException.class, criteria::loadModel);
    }
}
