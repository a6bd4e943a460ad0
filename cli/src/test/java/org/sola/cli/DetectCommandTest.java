package org.sola.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sola.tensor.FormulaWeights;
import org.sola.tensor.SafetensorsWriter;

/** {@code sola detect} from the image file on, with a tiny network whose weights are by formula. */
class DetectCommandTest {
    private static final Path PARAMETERS =
            Path.of(System.getProperty("sola.home"), "models/src/test/resources/groundingdino/huggingface/params.tsv");

    private static final String SIZES =
            """
            name: groundingdino-tiny
            swin: {embedDim: 16, depths: [2, 2, 2, 2], heads: [2, 2, 4, 4], window: 7}
            text: {name: bert-tiny, tokenizer: word_piece, vocabulary: 1100, positions: 64, segments: 2, width: 32,
              layers: 2, heads: 2, feedForward: 64, epsilon: 1.0e-12, paddingId: 0, positionsSkipPadding: false,
              maxPieces: 64}
            hiddenDim: 64
            levels: 4
            encoderLayers: 2
            decoderLayers: 2
            heads: 4
            points: 4
            feedForward: 64
            fusionHeads: 2
            fusionDim: 32
            textHeads: 2
            textFeedForward: 32
            queries: 12
            maxTextPieces: 64
            positionTemperature: 20.0
            """;

    @TempDir
    private static Path model;

    @TempDir
    private Path folder;

    @BeforeAll
    static void writeModel() throws IOException {
        var writer = new SafetensorsWriter();
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            FormulaWeights.read(PARAMETERS).forEach((name, rule) -> {
                if (!rule.isInteger()) {
                    writer.add(name, rule.array(name, 2026, manager));
                }
            });
            writer.write(model.resolve("model.safetensors"));
        }
        Files.writeString(model.resolve("tiny.yaml"), SIZES);
        var pieces = new ArrayList<String>();
        for (int i = 0; i < 1100; i++) {
            pieces.add("[unused" + i + "]");
        }
        String[] special = {
            "0 [PAD]", "100 [UNK]", "101 [CLS]", "102 [SEP]", "103 [MASK]", "1012 .", "1029 ?", "201 cat"
        };
        for (String piece : special) {
            pieces.set(Integer.parseInt(piece.split(" ")[0]), piece.split(" ")[1]);
        }
        Files.write(model.resolve("vocab.txt"), pieces);
    }

    private CommandRun detect(Path image, String caption) {
        return CommandRun.of(
                "detect",
                image.toString(),
                caption,
                "--model",
                model.resolve("tiny.yaml").toString(),
                "--weights",
                model.resolve("model.safetensors").toString(),
                "--vocabulary",
                model.toString(),
                "--box-threshold",
                "0",
                "--threads",
                "1",
                "--out",
                folder.resolve("out").toString(),
                "--json");
    }

    private JsonNode detected(Path image, String caption) throws IOException {
        var run = detect(image, caption);
        assertEquals(0, run.status(), run.err());
        var document = new ObjectMapper().readTree(run.out());
        assertTrue(Files.isRegularFile(folder.resolve("out/boxes-1.png")));
        return document;
    }

    private Path image(String name, String format, int type, int width, int height) throws IOException {
        var image = new BufferedImage(width, height, type);
        for (int x = 0; x < width; x += Math.max(1, width / 7)) {
            for (int y = 0; y < height; y += Math.max(1, height / 5)) {
                image.setRGB(x, y, 0xFF8040C0 + 31 * x + 17 * y);
            }
        }
        var file = folder.resolve(name);
        assertTrue(ImageIO.write(image, format, file.toFile()));
        return file;
    }

    @ParameterizedTest(name = "{0}, {2}x{3}")
    @CsvSource({
        "grey.png, 10, 40, 30", // TYPE_BYTE_GRAY
        "alpha.png, 2, 40, 30", // TYPE_INT_ARGB
        "palette.png, 13, 40, 30", // TYPE_BYTE_INDEXED
        "dot.png, 5, 1, 1",
        "line.png, 5, 1, 500",
        "large.png, 10, 8000, 8000"
    })
    void imagesOfAnyKindAndSizeGiveBoxesInTheirOwnPixels(String name, int type, int width, int height)
            throws IOException {
        var document = detected(image(name, "png", type, width, height), "cat . cat");
        assertEquals(width, document.path("width").asInt());
        assertEquals(height, document.path("height").asInt());
        var boxes = document.at("/captions/0/boxes");
        assertTrue(boxes.size() > 0);
        for (var found : boxes) {
            double x = (found.at("/box/0").asDouble() + found.at("/box/2").asDouble()) / 2;
            double y = (found.at("/box/1").asDouble() + found.at("/box/3").asDouble()) / 2;
            assertTrue(x >= 0 && x <= width && y >= 0 && y <= height, found.toString());
        }
    }

    @Test
    void aPrintersPhotoGivesBoxesToo() throws IOException {
        var file = folder.resolve("cmyk.jpg");
        try (var cmyk = getClass().getResourceAsStream("/image/cmyk.jpg")) {
            Files.copy(cmyk, file);
        }
        assertTrue(detected(file, "cat").at("/captions/0/boxes").size() > 0);
    }

    @Test
    void aTurnedPhotoIsDetectedUpright() throws IOException {
        var jpeg = Files.readAllBytes(image("plain.jpg", "jpg", BufferedImage.TYPE_3BYTE_BGR, 60, 40));
        // an EXIF segment whose only entry says: turn a quarter to the right
        byte[] exif = {
            (byte) 0xFF,
            (byte) 0xE1,
            0,
            34,
            'E',
            'x',
            'i',
            'f',
            0,
            0,
            'M',
            'M',
            0,
            42,
            0,
            0,
            0,
            8,
            0,
            1,
            0x01,
            0x12,
            0,
            3,
            0,
            0,
            0,
            1,
            0,
            6,
            0,
            0,
            0,
            0,
            0,
            0
        };
        var turned = new byte[jpeg.length + exif.length];
        System.arraycopy(jpeg, 0, turned, 0, 2);
        System.arraycopy(exif, 0, turned, 2, exif.length);
        System.arraycopy(jpeg, 2, turned, 2 + exif.length, jpeg.length - 2);
        var file = Files.write(folder.resolve("turned.jpg"), turned);
        var document = detected(file, "cat");
        assertEquals(40, document.path("width").asInt());
        assertEquals(60, document.path("height").asInt());
    }

    @Test
    void captionsNeedNoSeparatorAndAreNotCutSilently() throws IOException {
        var picture = image("small.png", "png", BufferedImage.TYPE_3BYTE_BGR, 24, 20);
        assertEquals(
                detected(picture, "cat").at("/captions/0/boxes"),
                detected(picture, "  CAT. ").at("/captions/0/boxes"),
                "a full stop is added where there is none");
        var endless = detect(picture, "cat ".repeat(10_000));
        assertEquals(0, endless.status(), endless.err());
        assertTrue(endless.err().contains("has 10003 word pieces, groundingdino-tiny reads 64"), endless.err());
        var foreign = detect(picture, "cat . \u732b");
        assertTrue(foreign.err().contains("1 word pieces that the vocabulary does not have"), foreign.err());
        var empty = detect(picture, " ");
        assertEquals(Failures.WRONG_INPUT, empty.status());
        assertTrue(empty.err().contains("the caption is empty"), empty.err());
        assertFalse(empty.err().contains("\tat "), empty.err());
    }

    @Test
    void whatIsNoImageIsRefused() throws IOException {
        var text = Files.writeString(folder.resolve("notes.jpg"), "no picture");
        var run = detect(text, "cat");
        assertEquals(Failures.WRONG_INPUT, run.status(), run.err());
        assertTrue(run.err().contains("notes.jpg"), run.err());
        var missing = detect(folder.resolve("nowhere.png"), "cat");
        assertEquals(Failures.WRONG_INPUT, missing.status(), missing.err());
    }
}
