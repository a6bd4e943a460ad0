package org.sola.precompute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sola.image.RgbImage;

class BoxFileTest {
    private static final RgbImage FRAME = new RgbImage(50, 100, new byte[50 * 100 * 3]);

    @TempDir
    Path folder;

    private Path file(String videos) throws IOException {
        var file = folder.resolve("boxes.json");
        Files.writeString(file, "{\"format\": \"sola-boxes\", \"version\": 1, \"videos\": " + videos + "}");
        return file;
    }

    private VideoSource video(String id, Map<String, String> expressions) {
        return VideoSource.of(folder.resolve(id), expressions);
    }

    @Test
    void boxesComeOnTheirFrameWithAllThatTheFileSays() throws IOException {
        var boxes = BoxFile.open(
                file(
                        """
                {"dog": [
                   {"frame": 4, "box": [-3, 2.5, 20, 30], "score": 0.5, "phrase": "a dog", "expression": "7"},
                   {"frame": 4, "box": [1, 2, 3, 4]}],
                 "cat": []}"""));
        var prompter = boxes.forVideo(video("dog", Map.of("7", "the dog")));
        assertEquals(List.of(), prompter.inImage(0, FRAME));
        assertEquals(
                List.of(
                        new BoxPrompter.DetectedBox(-3, 2.5f, 20, 30, 0.5, "a dog", "7"),
                        new BoxPrompter.DetectedBox(1, 2, 3, 4, 1, "", "")),
                prompter.inImage(4, FRAME));
        prompter.finished(5);
        assertEquals(List.of(), boxes.forVideo(video("cat", Map.of())).inImage(0, FRAME));
        assertEquals(0, boxes.boxesBeside(4));
        assertEquals(2, boxes.boxesBeside(3));
    }

    @Test
    void theStampChangesWithTheBoxesOfThisVideoAlone() throws IOException {
        var first = BoxFile.open(file("{\"dog\": [{\"frame\": 0, \"box\": [1, 2, 3, 4]}]}"));
        var dog = video("dog", Map.of());
        String stamp = first.stamp(dog);
        var more = BoxFile.open(file("{\"dog\": [{\"frame\": 0, \"box\": [1, 2, 3, 4]}], \"cat\": []}"));
        assertEquals(stamp, more.stamp(dog));
        assertEquals(first.settings(), more.settings());
        var moved = BoxFile.open(file("{\"dog\": [{\"frame\": 0, \"box\": [1, 2, 3, 5]}]}"));
        assertNotEquals(stamp, moved.stamp(dog));
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]|videos: expected an object of lists by video id, found []",
                "{\"dog\": {}}|videos.dog: expected a list of boxes, found {}",
                "{\"dog\": [3]}|videos.dog[0]: expected an object",
                "{\"dog\": [{\"box\": [1,2,3,4]}]}|videos.dog[0].frame: expected the position of a frame, a whole number from 0, found nothing",
                "{\"dog\": [{\"frame\": -1, \"box\": [1,2,3,4]}]}|videos.dog[0].frame: expected the position of a frame, a whole number from 0, found -1",
                "{\"dog\": [{\"frame\": 1.5, \"box\": [1,2,3,4]}]}|found 1.5",
                "{\"dog\": [{\"frame\": \"00004\", \"box\": [1,2,3,4]}]}|found \"00004\"",
                "{\"dog\": [{\"frame\": 0, \"box\": [1,2,3]}]}|videos.dog[0].box: expected [left, top, right, bottom] in pixels, found [1,2,3]",
                "{\"dog\": [{\"frame\": 0, \"box\": [1,2,\"3\",4]}]}|videos.dog[0].box[2]: expected the right side in pixels, found \"3\"",
                "{\"dog\": [{\"frame\": 0, \"box\": [1,2,1e99,4]}]}|videos.dog[0].box[2]: expected the right side in pixels",
                "{\"dog\": [{\"frame\": 0, \"box\": [30,2,20,4]}]}|(not left, top, width, height), found [30,2,20,4]",
                "{\"dog\": [{\"frame\": 0, \"box\": [1,2,3,4], \"score\": 83}]}|videos.dog[0].score: expected a number from 0 to 1, found 83",
                "{\"dog\": [{\"frame\": 0, \"box\": [1,2,3,4], \"expression\": 3}]}|videos.dog[0].expression: expected a text, found 3",
                "{\"dog\": [{\"frame\": 0, \"bbox\": [1,2,3,4]}]}|videos.dog[0]: unknown field \"bbox\"",
                "{\"dog\": [], \"dog\": []}|Duplicate field 'dog'",
                "{\"dog\": []|is no JSON"
            })
    void whatIsWrongIsNamedWithItsPlace(String videos, String message) throws IOException {
        var written = file(videos);
        var refused = assertThrows(BoxFileException.class, () -> BoxFile.open(written));
        assertTrue(refused.getMessage().startsWith(written.toString()), refused.getMessage());
        assertTrue(refused.getMessage().contains(message), refused.getMessage());
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]|its \"format\" is not \"sola-boxes\"",
                "{\"format\": \"coco\"}|its \"format\" is not \"sola-boxes\"",
                "{\"format\": \"sola-boxes\", \"version\": 2, \"videos\": {}}|update it",
                "{\"format\": \"sola-boxes\", \"version\": 1}|videos: expected an object of lists by video id, found nothing",
                "{\"format\": \"sola-boxes\", \"version\": 1, \"video\": {}}|unknown field \"video\"",
                "{\"format\": \"sola-boxes\", \"version\": 1, \"videos\": {}} x|is no JSON",
                "``|its \"format\" is not"
            })
    void whatIsNoFileOfBoxesIsRefused(String text, String message) throws IOException {
        var file = folder.resolve("boxes.json");
        Files.writeString(file, text);
        var refused = assertThrows(BoxFileException.class, () -> BoxFile.open(file));
        assertTrue(refused.getMessage().contains(message), refused.getMessage());
    }

    @Test
    void whatDoesNotFitTheVideoIsRefusedWithIt() throws IOException {
        var boxes = BoxFile.open(
                file(
                        """
                {"dog": [{"frame": 9, "box": [1, 2, 3, 4], "expression": "7"}],
                 "far": [{"frame": 0, "box": [100, 2, 120, 4]}]}"""));
        assertMessage(
                "has no video \"dgo\"; nearest: dog, far; if nothing was found",
                () -> boxes.forVideo(video("dgo", Map.of())));
        assertMessage(
                "has a box for expression \"7\", which the video does not have",
                () -> boxes.forVideo(video("dog", Map.of("8", "a dog"))));
        assertMessage(
                "has a box on frame 9, the video has 9 frames, counted from 0",
                () -> boxes.forVideo(video("dog", Map.of())).finished(9));
        assertMessage("lies outside the frame of 100x50 pixels", () -> boxes.forVideo(video("far", Map.of()))
                .inImage(0, FRAME));
    }

    private static void assertMessage(String part, org.junit.jupiter.api.function.Executable refused) {
        String message = assertThrows(BoxFileException.class, refused).getMessage();
        assertTrue(message.contains(part), message);
    }
}
