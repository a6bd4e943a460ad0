package org.sola.zoo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.modality.cv.output.DetectedObjects;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.catalogue.Catalogue;
import org.sola.catalogue.ModelStore;
import org.sola.config.Configs;
import org.sola.groundingdino.DetectionRule;
import org.sola.groundingdino.GroundingDino;
import org.sola.groundingdino.GroundingDinoConfig;
import org.sola.groundingdino.GroundingDinoDetector;
import org.sola.image.RgbImage;
import org.sola.tensor.SafetensorsWriter;
import org.sola.tensor.Weights;
import org.sola.text.TextModelConfig;
import org.sola.text.TextTokens;
import org.sola.text.TokenizerKind;
import org.sola.text.TransformerEncoder;
import org.sola.text.TransformerTextEncoder;

/** Text encoders and Grounding DINO by DJL's Criteria, small ones with random weights where a fetch puts them. */
class TextAndBoxesInTheZooTest {
    private static final String TEXT = "all-roberta-large-v1";
    private static final String BOXES = "groundingdino-swint-ogc";
    private static final int VOCABULARY = 1100;

    @TempDir
    private Path folder;

    private String realHome;

    @BeforeEach
    void make() throws IOException {
        var project = Path.of(System.getProperty("sola.home"));
        var home = folder.resolve("project");
        Files.createDirectories(home.resolve("configs/models"));
        Files.createDirectories(home.resolve("checkpoints"));
        Files.copy(
                project.resolve("checkpoints").resolve(Catalogue.FILE),
                home.resolve("checkpoints").resolve(Catalogue.FILE));
        realHome = System.setProperty("sola.home", home.toString());
        System.setProperty(ModelStore.PROPERTY, folder.toString());
    }

    @AfterEach
    void restore() {
        System.setProperty("sola.home", realHome);
        System.clearProperty(ModelStore.PROPERTY);
    }

    private Path fetched(String model) throws IOException {
        return Files.createDirectories(folder.resolve("models").resolve(model));
    }

    private static TextModelConfig text(String name) {
        return new TextModelConfig(
                name, TokenizerKind.WORD_PIECE, VOCABULARY, 40, 2, 32, 2, 2, 64, 1e-12, 0, false, 32);
    }

    /** A vocabulary whose special pieces have BERT's numbers. */
    private static void writeVocabulary(Path target) throws IOException {
        var pieces = new ArrayList<String>();
        for (int i = 0; i < VOCABULARY; i++) {
            pieces.add("[unused" + i + "]");
        }
        String[] known = {"0 [PAD]", "100 [UNK]", "101 [CLS]", "102 [SEP]", "103 [MASK]", "1012 .", "200 a", "201 cat"};
        for (String piece : known) {
            pieces.set(Integer.parseInt(piece.split(" ")[0]), piece.split(" ")[1]);
        }
        Files.write(target.resolve("vocab.txt"), pieces);
    }

    private void write(Path file, String config, Object sizes, Weights weights) throws IOException {
        var writer = new SafetensorsWriter();
        weights.used().forEach((name, array) -> writer.add(name, array));
        writer.write(file); // the content tells the format, whatever the catalogue calls the file
        Files.writeString(
                folder.resolve("project/configs/models").resolve(config + ".yaml"), Configs.toYaml((Record) sizes));
    }

    @Test
    void aTextEncoderGivesTokensOfOneOrManyExpressionsAndOneVector() throws Exception {
        var here = folder.resolve("project/checkpoints");
        writeVocabulary(here);
        var config = text("roberta-large");
        var file = here.resolve(TEXT + ".safetensors");
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var weights = Weights.initialise(3, manager);
            TransformerEncoder.of(config, weights);
            write(file, "roberta-large", config, weights);
            var encoder = TransformerTextEncoder.of(config, Weights.open(file, manager), file, manager);
            var byName = Criteria.builder()
                    .setTypes(String.class, float[].class)
                    .optGroupId(SolaModelZoo.GROUP_ID)
                    .optArtifactId(TEXT)
                    .build();
            try (var model = byName.loadModel();
                    var predictor = model.newPredictor()) {
                assertArrayEquals(encoder.encode("a cat").pooled(), predictor.predict("a cat"));
            }
            var byAddress = Criteria.builder()
                    .setTypes(String[].class, TextTokens[].class)
                    .optModelUrls("sola:" + TEXT)
                    .build();
            try (var model = byAddress.loadModel();
                    var predictor = model.newPredictor()) {
                var tokens = predictor.predict(new String[] {"a cat", "a a cat cat"});
                assertEquals(List.of("[CLS]", "a", "cat", "[SEP]"), tokens[0].pieces());
                assertArrayEquals(encoder.encode("a a cat cat").pooled(), tokens[1].pooled(), 1e-5f);
            }
        }
    }

    @Test
    void groundingDinoGivesWhatEachCaptionNames() throws Exception {
        var here = fetched(BOXES);
        var config = new GroundingDinoConfig(
                BOXES,
                new GroundingDinoConfig.Swin(16, List.of(2, 2, 2, 2), List.of(2, 2, 4, 4), 7),
                text("bert-base"),
                64,
                4,
                1,
                1,
                4,
                4,
                64,
                2,
                32,
                2,
                32,
                12,
                32,
                20);
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var weights = Weights.initialise(5, manager);
            GroundingDino.of(config, weights);
            var file = here.resolve("weights.safetensors");
            write(file, BOXES, config, weights);
            var criteria = Criteria.builder()
                    .setTypes(CaptionedImage.class, DetectedObjects[].class)
                    .optGroupId(SolaModelZoo.GROUP_ID)
                    .optArtifactId(BOXES)
                    .optArgument("checkpoint", file.toString())
                    .build();
            var lacking = assertThrows(Exception.class, criteria::loadModel);
            assertTrue(lacking.getMessage().contains("'sola models fetch bert-base-uncased'"), lacking.toString());

            writeVocabulary(fetched("bert-base-uncased"));
            var rgb = new byte[3 * 20 * 30];
            new Random(4).nextBytes(rgb);
            var image = new RgbImage(20, 30, rgb);
            var rule = new DetectionRule(0, 0.9);
            try (var model = criteria.loadModel();
                    var predictor = model.newPredictor();
                    var detector = GroundingDinoDetector.open(
                            config, file, folder.resolve("models/bert-base-uncased"), manager);
                    var encoded = detector.encode(image)) {
                var found = predictor.predict(new CaptionedImage(image, List.of("a cat", "a"), rule));
                assertEquals(2, found.length);
                var expected = detector.detect(encoded, "a", rule);
                assertEquals(expected.size(), found[1].getNumberOfObjects());
                var box = found[1].<DetectedObjects.DetectedObject>item(0)
                        .getBoundingBox()
                        .getBounds();
                var best = expected.stream()
                        .max(java.util.Comparator.comparingDouble(detection -> detection.score()))
                        .orElseThrow();
                assertEquals(best.score(), found[1].best().getProbability(), 1e-6);
                assertTrue(box.getWidth() > 0 && box.getWidth() <= 1.01, box.toString());
            }
        }
    }
}
