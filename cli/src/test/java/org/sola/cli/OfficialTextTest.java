package org.sola.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.catalogue.ModelStore;
import org.sola.tensor.Checkpoint;
import org.sola.tensor.SafetensorsWriter;
import org.sola.train.selector.SelectorTraining;

/** A selector of the official form with its RoBERTa, small and with random weights, through the usual commands. */
class OfficialTextTest {
    private static final String REAL_HOME = System.getProperty("sola.home");

    @TempDir
    private Path folder;

    private SmallOfficialHome official;
    private Path clip;

    @BeforeEach
    void make() throws IOException {
        official = SmallOfficialHome.make(folder);
        clip = Clips.write(folder.resolve("clip"), 48, 64, 3, BufferedImage.TYPE_INT_RGB);
        System.setProperty("sola.home", official.home().toString());
        System.setProperty(ModelStore.PROPERTY, folder.resolve("cache").toString());
    }

    @AfterEach
    void restore() {
        System.setProperty("sola.home", REAL_HOME);
        System.clearProperty(ModelStore.PROPERTY);
    }

    private void fetch(String... names) {
        var arguments = new ArrayList<>(List.of("models", "fetch"));
        arguments.addAll(List.of(names));
        arguments.addAll(List.of("--from", official.published().toString()));
        var run = CommandRun.of(arguments.toArray(String[]::new));
        assertEquals(Failures.DONE, run.status(), run.err());
    }

    private CommandRun segment(String expression, String... more) throws IOException {
        var recipe = Clips.quickRecipe(folder.resolve("quick.yaml"), 4);
        var arguments = new ArrayList<>(List.of(
                "segment",
                clip.toString(),
                expression,
                "--out",
                folder.resolve("out").toString(),
                "--recipe",
                recipe.toString(),
                "--json"));
        arguments.addAll(List.of(more));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    private static JsonNode json(CommandRun run) throws IOException {
        assertEquals(Failures.DONE, run.status(), run.err());
        return new ObjectMapper().readTree(run.out());
    }

    @Test
    void aFetchedSelectorOfTheOfficialFormAnswersByItsOwnTextEncoder() throws IOException {
        fetch(SmallOfficialHome.SELECTOR, SmallOfficialHome.TEXT);
        var shown = CommandRun.of("models", "show", SmallOfficialHome.TEXT);
        assertTrue(shown.out().contains("text encoder (roberta-small)"), shown.out());

        var answer = json(segment("the red square", "--selector", SmallOfficialHome.SELECTOR));
        assertTrue(answer.path("model").asText().endsWith(SmallOfficialHome.SELECTOR), answer.toString());
        var scores = new ArrayList<Double>();
        for (var track : answer.path("expressions").get(0).path("tracks")) {
            scores.add(track.path("score").asDouble());
        }
        assertFalse(scores.isEmpty());
        try (var kept = Files.walk(folder.resolve("cache/text"))) {
            assertEquals(
                    1,
                    kept.filter(file -> file.toString().endsWith(".safetensors"))
                            .count(),
                    "an expression is kept");
        }
        // the published files by path, without the catalogue: the same numbers
        var again = json(segment(
                "the red square",
                "--selector",
                official.published()
                        .resolve(SmallOfficialHome.SELECTOR + ".pth")
                        .toString(),
                "--text-encoder",
                official.published().toString()));
        for (int i = 0; i < scores.size(); i++) {
            assertEquals(
                    scores.get(i),
                    again.path("expressions")
                            .get(0)
                            .path("tracks")
                            .get(i)
                            .path("score")
                            .asDouble());
        }
    }

    /** The small official selector as a training here would have saved it. */
    private Path trainedWith(String fingerprint) throws IOException {
        var file = folder.resolve("trained.safetensors");
        var source = Checkpoint.open(official.published().resolve(SmallOfficialHome.SELECTOR + ".pth"));
        var writer = new SafetensorsWriter()
                .metadata("model", SmallOfficialHome.SELECTOR)
                .metadata(SelectorTraining.TEXT_ENCODER, SmallOfficialHome.TEXT)
                .metadata(SelectorTraining.TEXT_FINGERPRINT, fingerprint);
        source.tensors().keySet().forEach(name -> writer.add(name, source));
        writer.write(file);
        return file;
    }

    @Test
    void aSelectorIsFedByTheTextEncoderThatItWasTrainedWithAndByNoOtherWeights() throws IOException {
        var missing = segment("the red square", "--selector", trainedWith("any").toString());
        assertEquals(Failures.WRONG_INPUT, missing.status());
        assertTrue(missing.err().contains("'sola models fetch roberta-small' brings"), missing.err());

        fetch(SmallOfficialHome.TEXT);
        var other =
                segment("the red square", "--selector", trainedWith("another").toString());
        assertEquals(Failures.WRONG_INPUT, other.status());
        assertTrue(other.err().contains("was trained on text tokens of other weights"), other.err());
        json(segment(
                "the red square",
                "--selector",
                trainedWith("another").toString(),
                "--text-encoder",
                SmallOfficialHome.TEXT));

        String fingerprint;
        try (var text =
                TextFiles.named(ModelCatalogue.open(), SmallOfficialHome.TEXT).open(Device.cpu())) {
            fingerprint = text.fingerprint();
        }
        json(segment("the red square", "--selector", trainedWith(fingerprint).toString()));
    }

    @Test
    void missingFilesOfTheTextEncoderAreNamedBeforeTheTracksAreMade() throws IOException {
        fetch(SmallOfficialHome.SELECTOR);
        var run = segment("the red square", "--selector", SmallOfficialHome.SELECTOR);
        assertEquals(Failures.WRONG_INPUT, run.status());
        assertTrue(
                run.err()
                        .contains("roberta-small has no pytorch_model.bin and no vocab.json and no merges.txt;"
                                + " 'sola models fetch roberta-small' brings what is missing"),
                run.err());
        assertFalse(Files.exists(folder.resolve("out")));

        Files.delete(official.published().resolve("merges.txt"));
        run = segment(
                "the red square",
                "--selector",
                SmallOfficialHome.SELECTOR,
                "--text-encoder",
                official.published().toString());
        assertFalse(Files.exists(folder.resolve("out")));
        assertTrue(run.err().contains("has no tokenizer.json and no merges.txt"), run.err());
    }

    @Test
    void textEncodersThatDoNotFitAreRefused() throws IOException {
        fetch(SmallOfficialHome.SELECTOR, SmallOfficialHome.TEXT);
        var unknown = segment("the red square", "--text-encoder", "roberta-smal");
        assertEquals(Failures.WRONG_INPUT, unknown.status());
        assertTrue(unknown.err().contains("one of all-minilm-l6-v2, roberta-small"), unknown.err());
        var width = segment("the red square", "--text-encoder", SmallOfficialHome.TEXT);
        assertEquals(Failures.WRONG_INPUT, width.status());
        assertTrue(width.err().contains("needs text tokens of 384 values"), width.err());
    }

    @Test
    void expressionsThatAreTooLongOrUnknownAreSaidToBe() throws IOException {
        fetch(SmallOfficialHome.SELECTOR, SmallOfficialHome.TEXT);
        var run = segment("the red square ".repeat(3334), "--selector", SmallOfficialHome.SELECTOR);
        json(run);
        assertTrue(run.err().contains("more than the text encoder reads: its end is left out"), run.err());

        // a byte-level vocabulary knows every character, one of words does not
        run = segment("the \u5B57 \uD83D\uDC1F", "--selector", SmallOfficialHome.SELECTOR);
        json(run);
        assertFalse(run.err().contains("does not know"), run.err());
        run = segment("\uD83D\uDC1F");
        json(run);
        assertTrue(run.err().contains("1 word pieces that the text encoder does not know"), run.err());
        assertEquals(Failures.WRONG_INPUT, segment(" \u3000 ").status());
    }
}
