package org.sola.precompute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.groundingdino.DetectionRule;
import org.sola.groundingdino.GroundingDinoConfig;
import org.sola.groundingdino.GroundingDinoDetector;
import org.sola.image.RgbImage;
import org.sola.precompute.BoxPrompter.DetectedBox;
import org.sola.tensor.Weights;
import org.sola.text.TextModelConfig;
import org.sola.text.TokenizerKind;

/** A small Grounding DINO with random weights, which finds all of its queries in everything. */
class GroundingDinoBoxesTest {
    private static final int QUERIES = 12;

    private static final TextModelConfig TEXT =
            new TextModelConfig("tiny", TokenizerKind.WORD_PIECE, 1100, 40, 2, 32, 1, 2, 64, 1e-12, 0, false, 32);

    private static final GroundingDinoConfig CONFIG = new GroundingDinoConfig(
            "tiny",
            new GroundingDinoConfig.Swin(16, List.of(1, 2, 1, 1), List.of(2, 2, 4, 4), 7),
            TEXT,
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
            QUERIES,
            32,
            20);

    @TempDir
    private Path folder;

    private NDManager manager;
    private GroundingDinoDetector detector;

    @BeforeEach
    void open() throws IOException {
        var pieces = new ArrayList<String>();
        for (int i = 0; i < TEXT.vocabulary(); i++) {
            pieces.add("[unused" + i + "]");
        }
        String[] known = {
            "0 [PAD]", "100 [UNK]", "101 [CLS]", "102 [SEP]", "103 [MASK]", "1012 .", "200 the", "201 cat", "202 dog"
        };
        for (String piece : known) {
            pieces.set(Integer.parseInt(piece.split(" ")[0]), piece.split(" ")[1]);
        }
        Files.write(folder.resolve("vocab.txt"), pieces);
        manager = NDManager.newBaseManager("PyTorch");
        detector = GroundingDinoDetector.of(CONFIG, Weights.initialise(7, manager), folder, manager);
    }

    @AfterEach
    void close() {
        detector.close();
    }

    private GroundingDinoBoxes boxes() {
        return new GroundingDinoBoxes(detector, "sha", new DetectionRule(0, 0.5));
    }

    private VideoSource video(String... expressions) {
        var byId = new LinkedHashMap<String, String>();
        for (int i = 0; i < expressions.length; i++) {
            byId.put(Integer.toString(i), expressions[i]);
        }
        return VideoSource.of(folder.resolve("clip"), byId);
    }

    @Test
    void everyExpressionGetsItsOwnBoxesAndSameTextsTheSame() {
        var rgb = new byte[3 * 20 * 30];
        new Random(1).nextBytes(rgb);
        var prompter = boxes().forVideo(video("The cat", "the dog", " the cat "));
        var found = prompter.inImage(0, new RgbImage(20, 30, rgb));
        assertEquals(3 * QUERIES, found.size());
        assertEquals(sides(found, "0"), sides(found, "2"));
        assertNotEquals(sides(found, "0"), sides(found, "1"));
        for (var box : found) {
            float x = (box.left() + box.right()) / 2;
            assertTrue(x >= 0 && x <= 30, box.toString());
        }
        assertEquals(found, prompter.inImage(4, new RgbImage(20, 30, rgb)), "frames do not matter to each other");
    }

    private static List<List<Float>> sides(List<DetectedBox> boxes, String expression) {
        return boxes.stream()
                .filter(box -> box.expression().equals(expression))
                .map(box -> List.of(box.left(), box.top(), box.right(), box.bottom()))
                .toList();
    }

    @Test
    void anotherExpressionIsAnotherStamp() {
        var stamp = boxes().stamp(video("the cat", "the dog"));
        assertEquals(stamp, boxes().stamp(video(" The cat", "THE DOG")));
        assertNotEquals(stamp, boxes().stamp(video("the cat", "the dogs")));
        assertNotEquals(stamp, boxes().stamp(video("the dog", "the cat")));
    }

    @Test
    void whatCannotBeReadIsSaidAndNothingToLookForIsRefused() {
        assertEquals(List.of(), boxes().remarks(video("the cat")));
        var remarks = boxes().remarks(video("the cat " + "dog ".repeat(50), "the \u732b"));
        assertEquals(2, remarks.size(), remarks.toString());
        assertTrue(remarks.get(0).startsWith("video clip: the caption \"the cat dog"), remarks.get(0));
        assertTrue(remarks.get(0).endsWith("word pieces, tiny reads 32: its end is left out"), remarks.get(0));
        assertTrue(remarks.get(1).contains("1 word pieces that the vocabulary does not have"), remarks.get(1));

        var none = assertThrows(IllegalArgumentException.class, () -> boxes().forVideo(video()));
        assertTrue(none.getMessage().contains("has no expressions"), none.getMessage());
        var empty = assertThrows(IllegalArgumentException.class, () -> boxes().forVideo(video("the cat", " ")));
        assertTrue(empty.getMessage().contains("expression 1 is empty"), empty.getMessage());
        assertFalse(boxes().settings().equals(Map.of()));
    }
}
