package org.sola.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.image.ImageFiles;
import org.sola.image.RgbImage;
import org.sola.mask.Mask;
import org.sola.mask.Rle;

class MevisWriterTest {
    private static final List<String> FRAMES = List.of("00000", "00001");
    private static final Rle NOTHING = Rle.empty(6, 8);
    private static final Rle LEFT = Rle.encode(Mask.of(6, 8, (y, x) -> x < 4));
    private static final Rle RIGHT = Rle.encode(Mask.of(6, 8, (y, x) -> x >= 4));

    @TempDir
    private Path folder;

    private void write(Path root) throws IOException {
        try (var writer = new MevisWriter(root)) {
            writer.add(
                    "one",
                    FRAMES,
                    List.of(List.of(LEFT, NOTHING), List.of(RIGHT, RIGHT)),
                    List.of(
                            new MevisWriter.Sentence("the left “one”", "appearance", List.of(0)),
                            new MevisWriter.Sentence("both", "plural", List.of(0, 1)),
                            new MevisWriter.Sentence("the elephant", "none", List.of())));
            writer.add(
                    "two",
                    FRAMES,
                    List.of(List.of(NOTHING, NOTHING)),
                    List.of(new MevisWriter.Sentence("it", "", List.of(0))));
            writer.write();
        }
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        write(folder);
        var dataset = MevisDataset.open(folder);
        assertEquals(List.of(), dataset.problems());
        assertEquals(
                "{videos=2, expressions=4, objects=3, frames=4}",
                dataset.counts().toString());
        var one = dataset.video("one");
        assertEquals(
                List.of(
                        new Expression("0", "the left “one”", Optional.of(List.of("0")), "appearance"),
                        new Expression("1", "both", Optional.of(List.of("0", "1")), "plural"),
                        new Expression("2", "the elephant", Optional.of(List.of()), "none")),
                one.expressions());
        assertEquals(List.of(LEFT, NOTHING), dataset.annotation(one, "0", 6, 8));
        assertEquals(
                List.of(LEFT.or(RIGHT), RIGHT),
                dataset.truth(one, one.expressions().get(1), 6, 8));
        assertEquals(
                List.of(NOTHING, NOTHING), dataset.truth(one, one.expressions().get(2), 6, 8));
        var two = dataset.video("two");
        assertEquals(List.of(NOTHING, NOTHING), dataset.annotation(two, "2", 6, 8));
        assertEquals("", two.expressions().get(0).kind());
    }

    @Test
    void theSameCallsGiveTheSameBytes() throws IOException {
        write(folder.resolve("a"));
        write(folder.resolve("b"));
        for (String name : List.of("meta_expressions.json", "mask_dict.json")) {
            assertArrayEquals(
                    Files.readAllBytes(folder.resolve("a").resolve(name)),
                    Files.readAllBytes(folder.resolve("b").resolve(name)));
        }
    }

    @Test
    void aWriterThatIsClosedEarlyLeavesNothing() throws IOException {
        try (var writer = new MevisWriter(folder)) {
            writer.add("one", FRAMES, List.of(List.of(LEFT, LEFT)), List.of());
            assertThrows(IllegalArgumentException.class, () -> writer.add("one", FRAMES, List.of(), List.of()));
            assertThrows(IllegalArgumentException.class, () -> writer.add("../x", FRAMES, List.of(), List.of()));
            assertThrows(
                    IllegalArgumentException.class, () -> writer.add("two", FRAMES, List.of(List.of(LEFT)), List.of()));
        }
        try (var files = Files.list(folder)) {
            assertEquals(List.of(), files.toList());
        }
    }

    @Test
    void videosWithoutTheirFramesAreLeftOutOnRequest() throws Exception {
        write(folder);
        for (String frame : FRAMES) {
            Files.createDirectories(folder.resolve("JPEGImages/one"));
            ImageFiles.writeJpeg(folder.resolve("JPEGImages/one/" + frame + ".jpg"), RgbImage.black(6, 8), 0.9f);
        }
        var dataset = MevisDataset.open(folder).withFrames();
        assertEquals(
                List.of("one"),
                dataset.videos().stream().map(ReferringVideo::id).toList());
        assertEquals("two", dataset.problems().get(0).video());
        var missing = assertThrows(DatasetException.class, () -> dataset.video("two"));
        assertTrue(missing.getMessage().contains("it was left out"), missing.getMessage());
        var check = DatasetCheck.mevis(folder, 2, id -> {}).get(0);
        assertFalse(check.isSound());
        assertEquals(1, check.problems().size());
    }

    @Test
    void aFolderWithoutASplitIsNamed() {
        var failure = assertThrows(DatasetException.class, () -> DatasetCheck.mevis(folder, 1, id -> {}));
        assertTrue(failure.getMessage().startsWith(folder.toString()), failure.getMessage());
    }

    @Test
    void aByteOrderMarkBeforeTheMasksMovesNothing() throws IOException {
        write(folder);
        var file = folder.resolve("mask_dict.json");
        Files.writeString(file, "\uFEFF" + Files.readString(file));
        var dataset = MevisDataset.open(folder);
        assertEquals(List.of(RIGHT, RIGHT), dataset.annotation(dataset.video("one"), "1", 6, 8));
    }

    @Test
    void anAnnotationListedTwiceIsRefused() throws IOException {
        write(folder);
        var file = folder.resolve("mask_dict.json");
        Files.writeString(file, Files.readString(file).replace("\"1\":", "\"0\":"));
        var dataset = MevisDataset.open(folder);
        var failure = assertThrows(DatasetException.class, () -> dataset.annotation(dataset.video("one"), "0", 6, 8));
        assertTrue(failure.getMessage().contains("annotation 0 is listed twice"), failure.getMessage());
    }
}
