package org.sola.submission;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.dataset.MevisDataset;
import org.sola.dataset.MevisWriter;
import org.sola.dataset.ReferringDataset;
import org.sola.image.ImageFiles;
import org.sola.image.RgbImage;
import org.sola.infer.Submission;
import org.sola.mask.LabelMap;
import org.sola.mask.Mask;
import org.sola.mask.Rle;

/** Archives for the servers, and every way in which one can be wrong. */
class SubmissionTest {
    private static final List<String> FRAMES = List.of("00000", "00001");
    private static final Rle MASK = Rle.encode(Mask.of(4, 6, (y, x) -> y > x));

    @TempDir
    private Path folder;

    private ReferringDataset dataset;
    private Path predictions;

    @BeforeEach
    void answerASmallSet() throws IOException {
        for (String frame : FRAMES) {
            var file = folder.resolve("data/JPEGImages/v/" + frame + ".jpg");
            Files.createDirectories(file.getParent());
            ImageFiles.writeJpeg(file, RgbImage.black(4, 6), 0.9f);
        }
        try (var writer = new MevisWriter(folder.resolve("data"))) {
            writer.add(
                    "v",
                    FRAMES,
                    List.of(List.of(MASK, MASK)),
                    List.of(
                            new MevisWriter.Sentence("one", "", List.of(0)),
                            new MevisWriter.Sentence("none", "", List.of())));
            writer.write();
        }
        dataset = MevisDataset.open(folder.resolve("data"));
        predictions = folder.resolve("predictions");
        for (String expression : List.of("0", "1")) {
            Submission.at(predictions).write("v", expression, FRAMES, List.of(MASK, Rle.empty(4, 6)));
        }
    }

    private void assertRefused(String... texts) throws IOException {
        var check = SubmissionCheck.of(dataset, predictions);
        assertEquals(1, check.problems().size(), check.problems()::toString);
        for (String text : texts) {
            assertTrue(check.problems().get(0).contains(text), check.problems()::toString);
        }
    }

    @Test
    void theSameMasksGiveTheSameArchiveAndItIsSound() throws IOException {
        var first = folder.resolve("first.zip");
        var second = folder.resolve("second.zip");
        assertEquals(4, SubmissionArchive.write(dataset, Submission.at(predictions), first));
        SubmissionArchive.write(dataset, Submission.at(predictions), second);
        assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
        assertTrue(SubmissionCheck.of(dataset, first).isSound());
        assertTrue(SubmissionCheck.ofPredictions(dataset, predictions).isSound());
    }

    @Test
    void aMissingFrameIsNamed() throws IOException {
        Files.delete(predictions.resolve("v/1/00001.png"));
        assertRefused("v/1/00001.png", "missing");
    }

    @Test
    void aFileThatDoesNotBelongIsNamed() throws IOException {
        Files.writeString(predictions.resolve("v/Thumbs.db"), "x");
        assertRefused("v/Thumbs.db", "does not belong");
    }

    @Test
    void aMaskOfAnotherSizeIsNamedWithBothSizes() throws IOException {
        ImageFiles.writeMaskPng(predictions.resolve("v/0/00000.png"), Mask.empty(4, 5));
        assertRefused("v/0/00000.png", "4x5", "4x6");
    }

    @Test
    void paletteAndColourImagesAreRefused() throws IOException {
        ImageFiles.writeLabelsPng(predictions.resolve("v/0/00000.png"), LabelMap.of(4, 6, new byte[24]));
        assertRefused("v/0/00000.png", "colour type 3");
        ImageFiles.writePng(predictions.resolve("v/0/00000.png"), RgbImage.black(4, 6));
        assertRefused("v/0/00000.png", "colour type 2");
    }

    @Test
    void otherValuesThanBlackAndWhiteAreRefused() throws IOException {
        var grey = new java.awt.image.BufferedImage(6, 4, java.awt.image.BufferedImage.TYPE_BYTE_GRAY);
        grey.getRaster().setSample(2, 1, 0, 1);
        javax.imageio.ImageIO.write(
                grey, "png", predictions.resolve("v/0/00000.png").toFile());
        assertRefused("v/0/00000.png", "value 1");
    }

    @Test
    void whatIsNoPngIsRefused() throws IOException {
        Files.writeString(predictions.resolve("v/0/00000.png"), "<html>not found, at all</html>");
        assertRefused("v/0/00000.png", "no PNG");
    }

    @Test
    void anExpressionWithoutPredictionLeavesNoArchive() throws IOException {
        Files.delete(predictions.resolve("v/1/00000.png"));
        Files.delete(predictions.resolve("v/1/00001.png"));
        Files.delete(predictions.resolve("v/1"));
        var zip = folder.resolve("new/out.zip");
        var refusal = assertThrows(
                IOException.class, () -> SubmissionArchive.write(dataset, Submission.at(predictions), zip));
        assertTrue(refusal.getMessage().contains("expression 1"), refusal.getMessage());
        assertFalse(Files.exists(zip));
    }
}
