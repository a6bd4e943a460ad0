package org.sola.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wrong input ends with 2 and one or two lines, what could not be done with 1, never with a stack trace. */
class ExitStatusTest {
    @TempDir
    private Path folder;

    private static CommandRun refused(String expected, String... arguments) {
        var run = CommandRun.of(arguments);
        assertAll(
                () -> assertEquals(Failures.WRONG_INPUT, run.status(), run.err()),
                () -> assertTrue(run.err().contains(expected), run.err()),
                () -> assertTrue(run.errorLines().size() <= 2, run.err()),
                () -> assertFalse(run.err().contains("\tat "), run.err()),
                () -> assertEquals("", run.out()));
        return run;
    }

    @Test
    void helpAndVersionAreResults() {
        assertEquals(0, CommandRun.of("--help").status());
        assertEquals(
                Main.VERSION + System.lineSeparator(),
                CommandRun.of("--version").out());
    }

    @Test
    void anUnknownCommandIsAnsweredWithTheNearOnes() {
        refused("sola doctor", "doctr");
    }

    @Test
    void anUnknownOptionIsAnsweredWithTheNearOnes() {
        refused("--data", "eval", "--dat", "x", "--pred", "y");
    }

    @Test
    void aMissingOptionIsNamed() {
        refused("--pred", "eval", "--data", "x");
    }

    @Test
    void aGroupAloneSaysWhichCommandsItHas() {
        refused("list, show, fetch, verify", "models");
    }

    @Test
    void aWrongValueIsNamedWithTheOption() {
        refused("--threads", "eval", "--data", "x", "--pred", "y", "--threads", "many");
        refused("--device", "doctor", "--device", "tpu");
    }

    @Test
    void aPrecisionThatNothingComputesInIsRefusedRatherThanIgnored() {
        refused("bfloat16", "infer", "--data", folder.toString(), "--out", folder + "/p", "--precision", "bfloat16");
        assertEquals(
                Failures.DONE, CommandRun.of("doctor", "--precision", "float32").status());
    }

    @Test
    void anUnknownModelIsAnsweredWithTheNearestName() {
        refused("selector-nano", "models", "show", "selector-nan");
    }

    @Test
    void aTruncatedCheckpointIsNamed() throws IOException {
        var file = folder.resolve("cut.safetensors");
        Files.write(file, new byte[] {1, 2, 3});
        refused("cut.safetensors", "models", "show", file.toString());
    }

    @Test
    void aFolderWithoutADataSetSaysWhatIsExpected() throws IOException {
        refused("meta_expressions.json", "eval", "--data", folder.toString(), "--pred", folder.toString());
        refused("is no folder", "eval", "--data", folder + "/none", "--pred", folder.toString());
    }

    @Test
    void aDataSetThatIsNoJsonIsNamedByLine() throws IOException {
        Files.writeString(folder.resolve("meta_expressions.json"), "{\"videos\": {\n  oops");
        Files.writeString(folder.resolve("mask_dict.json"), "{}");
        var run = refused("line 2", "eval", "--data", folder.toString(), "--pred", folder.toString());
        assertTrue(run.err().contains("meta_expressions.json"), run.err());
    }

    @Test
    void theFolderOfTheSplitsIsAnsweredWithASplit() throws IOException {
        TinyDataset.write(folder.resolve("valid"));
        refused("valid", "eval", "--data", folder.toString(), "--pred", folder.toString());
    }

    @Test
    void aCacheThatIsNotThereSaysHowToMakeIt() {
        refused("sola precompute", "cache", "info", folder + "/none");
    }

    @Test
    void aFolderWithoutParityCasesIsRefused() {
        refused("case.json", "parity", folder.toString());
    }

    @Test
    void theTraceIsShownWithVerboseOnly() {
        var run = CommandRun.of("cache", "info", folder + "/none", "--verbose");
        assertEquals(Failures.WRONG_INPUT, run.status());
        assertTrue(run.err().contains("\tat "), run.err());
    }

    @Test
    void aRightPredictionScoresOneHundredAndEndsWithZero() throws IOException {
        var data = TinyDataset.write(folder.resolve("valid"));
        var predictions = TinyDataset.predict(folder.resolve("pred"));
        var run = CommandRun.of("eval", "--data", data.toString(), "--pred", predictions.toString(), "--json");
        assertEquals(Failures.DONE, run.status(), run.err());
        var document = new ObjectMapper().readTree(run.out());
        assertEquals(100, document.at("/overall/JF").asDouble());
        assertEquals(1, document.at("/n").asInt());
    }

    @Test
    void missingPredictionsAreScoredZeroNamedAndEndWithOne() throws IOException {
        var data = TinyDataset.write(folder.resolve("valid"));
        Files.createDirectories(folder.resolve("pred"));
        var run = CommandRun.of("eval", "--data", data.toString(), "--pred", folder + "/pred");
        assertEquals(Failures.NOT_ALL_DONE, run.status());
        assertTrue(run.err().contains("v/0"), run.err());
        assertTrue(run.out().contains("overall"), run.out());
    }

    @Test
    void aDataSetWithAMissingFrameIsNamedAndEndsWithOne() throws IOException {
        var data = TinyDataset.write(folder.resolve("valid"));
        Files.delete(data.resolve("JPEGImages/v/00001.jpg"));
        var run = CommandRun.of("data", "mevis", data.toString());
        assertEquals(Failures.NOT_ALL_DONE, run.status());
        assertTrue(run.out().contains("00001.jpg"), run.out());
    }

    @Test
    void aSoundDataSetIsCounted() throws IOException {
        var data = TinyDataset.write(folder.resolve("valid"));
        var run = CommandRun.of("data", "mevis", data.toString());
        assertEquals(Failures.DONE, run.status(), run.out());
        assertTrue(run.out().contains("1 videos, 1 expressions, 1 objects, 2 frames"), run.out());
    }

    @Test
    void aVideoThatIsNotThereOrNoVideoIsNamed() throws IOException {
        refused("none.mp4", "segment", folder + "/none.mp4", "the red car");
        var broken = folder.resolve("broken.mp4");
        Files.writeString(broken, "this is no video");
        refused("broken.mp4", "segment", broken.toString(), "the red car");
        var empty = Files.createDirectory(folder.resolve("frames"));
        refused("frames", "segment", empty.toString(), "the red car");
    }

    @Test
    void anEmptyExpressionIsRefused() {
        refused("an expression is empty", "segment", folder + "/none.mp4", "  ");
        refused("an expression is empty", "segment", folder + "/none.mp4", "the red car", "-e", "");
    }

    @Test
    void anUnknownBackendOrBenchmarkIsRefused() {
        refused("SOLA, FINDTRACK, HYBRID", "segment", folder + "/none.mp4", "the red car", "--backend", "magic");
        refused("everything", "bench", "everything");
    }

    @Test
    void aShardOutsideItsNumberIsRefused() throws IOException {
        var data = TinyDataset.write(folder.resolve("valid"));
        refused("4/4", "precompute", "--data", data.toString(), "--out", folder + "/cache", "--shard", "4/4");
    }

    @Test
    void anOutputFolderOfTheUsersIsNeverWrittenTo() throws IOException {
        Files.writeString(folder.resolve("notes.txt"), "mine");
        var error = assertThrows(IllegalArgumentException.class, () -> OutputFolder.claim(folder, "infer", Map.of()));
        assertTrue(error.getMessage().contains("was not made by 'sola infer'"), error.getMessage());
    }

    @Test
    void anOutputFolderMadeWithOtherSettingsIsRefusedWithTheDifference() throws IOException {
        var out = folder.resolve("out");
        OutputFolder.claim(out, "infer", Map.of("threshold", "0.5"));
        OutputFolder.claim(out, "infer", Map.of("threshold", "0.5"));
        var error = assertThrows(
                IllegalArgumentException.class, () -> OutputFolder.claim(out, "infer", Map.of("threshold", "0.4")));
        assertTrue(error.getMessage().contains("threshold is 0.4, there it was 0.5"), error.getMessage());
    }

    @Test
    void theReportIsOneFileThatNeedsNoOther() throws IOException {
        var data = TinyDataset.write(folder.resolve("valid"));
        var predictions = TinyDataset.predict(folder.resolve("pred"));
        var out = folder.resolve("report.html");
        var run = CommandRun.of(
                "report", "--data", data.toString(), "--pred", predictions.toString(), "--out", out.toString());
        assertEquals(Failures.DONE, run.status(), run.err());
        String page = Files.readString(out, StandardCharsets.UTF_8);
        assertTrue(page.contains("the left half"), "the example is shown");
        assertTrue(page.contains("data:image/jpeg;base64,"), "with its frames");
        assertFalse(page.contains("http://") || page.contains("https://"), "and nothing from elsewhere");
    }

    @Test
    void detectNamesWhatIsMissing() throws IOException {
        refused("x.png is not a file", "detect", "x.png", "a cat .");
        var image = folder.resolve("x.png");
        String here = folder.toString();
        refused("x.png is not a file", "detect", image.toString(), "a cat .", "--weights", here, "--vocabulary", here);
        Files.write(image, new byte[] {1});
        refused("is not a file", "detect", image.toString(), "a cat .", "--weights", here, "--vocabulary", here);
        refused("groundingdino-swint-ogc", "detect", "x", "a", "--weights", here, "--vocabulary", here, "--model", "x");
    }
}
