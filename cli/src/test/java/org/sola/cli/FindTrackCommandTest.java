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
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.alphaclip.AlphaClip;
import org.sola.alphaclip.AlphaClipConfig;
import org.sola.catalogue.ModelStore;
import org.sola.cutie.Cutie;
import org.sola.cutie.CutieConfig;
import org.sola.evfsam.EvfSam;
import org.sola.evfsam.EvfSamConfig;
import org.sola.infer.MethodCost;
import org.sola.tensor.SafetensorsWriter;
import org.sola.tensor.Weights;

/** {@code --backend findtrack} with the small networks and random weights, and without any. */
class FindTrackCommandTest {
    private static final String REAL_HOME = System.getProperty("sola.home");

    @TempDir
    private Path folder;

    private Path home;
    private Path clip;

    @BeforeEach
    void make() throws IOException {
        var project = Path.of(REAL_HOME);
        home = folder.resolve("home");
        copy(project.resolve("configs/findtrack"), home.resolve("configs/findtrack"));
        copy(project.resolve("configs/hybrid"), home.resolve("configs/hybrid"));
        copy(project.resolve("configs/models"), home.resolve("configs/models"));
        copy(project.resolve("configs/precompute"), home.resolve("configs/precompute"));
        Files.createDirectories(home.resolve("checkpoints"));
        for (String file : List.of("catalogue.yaml", "evf-sam-nano.sentencepiece.model", "sam2.1-nano.safetensors")) {
            Files.copy(
                    project.resolve("checkpoints").resolve(file),
                    home.resolve("checkpoints").resolve(file));
        }
        clip = Clips.write(folder.resolve("clip"), 48, 64, 3, BufferedImage.TYPE_INT_RGB);
        System.setProperty("sola.home", home.toString());
        System.setProperty(ModelStore.PROPERTY, folder.resolve("cache").toString());
    }

    @AfterEach
    void restore() {
        System.setProperty("sola.home", REAL_HOME);
        System.clearProperty(ModelStore.PROPERTY);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.list(from)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    /** Gives the three small networks random weights. */
    private void train() throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var segmenter = Weights.initialise(5, manager);
            EvfSam.of(EvfSamConfig.read(config("evf-sam-nano")), segmenter);
            write("evf-sam-nano", segmenter);
            var aligner = Weights.initialise(2, manager);
            AlphaClip.of(AlphaClipConfig.read(config("alpha-clip-nano")), aligner);
            write("alpha-clip-nano", aligner);
            var propagator = Weights.initialise(3, manager);
            Cutie.of(CutieConfig.read(config("cutie-nano")), propagator);
            write("cutie-nano", propagator);
        }
    }

    private Path config(String model) {
        return home.resolve("configs/models").resolve(model + ".yaml");
    }

    private void write(String model, Weights weights) throws IOException {
        var writer = new SafetensorsWriter().metadata("model", model);
        weights.used().forEach(writer::add);
        writer.write(home.resolve("checkpoints").resolve(model + ".safetensors"));
    }

    private CommandRun segment(String... more) {
        var arguments =
                new ArrayList<>(List.of("segment", clip.toString(), "the red square", "--backend", "findtrack"));
        arguments.addAll(List.of("--out", folder.resolve("out").toString(), "--threads", "1"));
        arguments.addAll(List.of(more));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    private static JsonNode json(CommandRun run) throws IOException {
        assertEquals(Failures.DONE, run.status(), run.err());
        return new ObjectMapper().readTree(run.out());
    }

    @Test
    void theSmallModelsAnswerWhereAllOfThemAreHere() throws IOException {
        train();
        var answer = json(segment("-e", "what moves", "--json"));
        assertEquals("findtrack", answer.path("backend").asText());
        assertEquals(
                "evf-sam-nano + alpha-clip-nano + sam2.1-nano",
                answer.path("model").asText());
        assertEquals(2, answer.path("expressions").size());
        var first = answer.path("expressions").path(0);
        assertEquals(3, first.path("candidates").size());
        assertTrue(first.has("key_frame"), first.toString());
        assertEquals(1, first.path("tracks").size());
        for (var file : answer.path("files")) {
            assertTrue(Files.exists(Path.of(file.asText())), file.asText());
        }
        assertTrue(Files.exists(folder.resolve("out/1-the-red-square/masks/00002.png")));
    }

    @Test
    void anotherNetworkMayFollowTheMask() throws IOException {
        train();
        var answer = json(segment("--model", "cutie-nano", "--json"));
        assertEquals(
                "evf-sam-nano + alpha-clip-nano + cutie-nano",
                answer.path("model").asText());
    }

    @Test
    void aFixedKeyFrameNeedsNoAligner() throws IOException {
        train();
        Files.delete(home.resolve("checkpoints/alpha-clip-nano.safetensors"));
        var recipe = folder.resolve("last.yaml");
        Files.writeString(
                recipe,
                Files.readString(home.resolve("configs/findtrack/demo.yaml")).replace("choice: best", "choice: last"));
        var answer = json(segment("--recipe", recipe.toString(), "--json"));
        assertEquals("evf-sam-nano + sam2.1-nano", answer.path("model").asText());
        assertEquals(
                2,
                answer.path("expressions")
                        .path(0)
                        .path("candidates")
                        .path(0)
                        .path("frame")
                        .asInt());
    }

    @Test
    void aDataSetIsAnsweredAndGoneOnWithWhereItStopped() throws IOException {
        train();
        var data = TinyDataset.write(folder.resolve("data"));
        var out = folder.resolve("predictions");
        String[] infer = {
            "infer", "--data", data.toString(), "--backend", "findtrack", "--out", out.toString(), "--threads", "1"
        };
        var run = CommandRun.of(infer);
        assertEquals(Failures.DONE, run.status(), run.err());
        var cost = MethodCost.in(out).orElseThrow();
        assertEquals(1, cost.once().videos());
        assertEquals(2 + 2, cost.once().encoderCalls());
        assertTrue(cost.method().startsWith("key frame and propagation, evf-sam-nano"), cost.method());
        var keyFrames = out.resolve(".sola/keyframes");
        try (var files = Files.list(keyFrames)) {
            assertEquals(1, files.count());
        }
        assertEquals(Failures.DONE, CommandRun.of(infer).status());
        assertEquals(1, MethodCost.in(out).orElseThrow().once().videos(), "nothing was done again");
        var evaluation = CommandRun.of("eval", "--data", data.toString(), "--pred", out.toString());
        assertEquals(Failures.DONE, evaluation.status(), evaluation.err());
    }

    @Test
    void whatIsMissingIsSaidAtOnceWithTheCommandThatBringsIt() {
        var run = segment();
        assertEquals(Failures.WRONG_INPUT, run.status());
        assertEquals(2, run.errorLines().size(), run.err());
        for (String file : List.of(
                "evf-sam-multitask/pytorch_model.bin",
                "evf-sam-multitask/sentencepiece.bpe.model",
                "alpha-clip-l14-336/ViT-L-14-336px.pt",
                "cutie-base-mega/cutie-base-mega.pth")) {
            assertTrue(run.err().contains(file), run.err());
        }
        assertTrue(
                run.err().contains("'sola models fetch evf-sam-multitask alpha-clip-l14-336 cutie-base-mega'"),
                run.err());
        assertFalse(Files.exists(folder.resolve("out")), "nothing is made before the files are there");
        var small = segment("--recipe", "demo");
        assertEquals(Failures.WRONG_INPUT, small.status());
        assertTrue(small.err().contains("--recipe mevis uses published ones"), small.err());
        var wrong = segment("--recipe", "mevs");
        assertTrue(wrong.err().contains("nearest: mevis"), wrong.err());
        var other = segment("--segmenter", "sam2.1-nano", "--aligner", "sam2.1-nano", "--model", "sam2.1-nano");
        assertEquals(Failures.WRONG_INPUT, other.status());
        assertTrue(other.err().contains("is no Alpha-CLIP of a known size"), other.err());
    }

    @Test
    void tracksAreAlsoChosenByTheSmallModels() throws IOException {
        train();
        var recipe = Clips.quickRecipe(folder.resolve("quick.yaml"), 4);
        for (String hybrid : List.of("mask", "alignment")) {
            var config = home.resolve("configs/hybrid/" + hybrid + ".yaml");
            Files.writeString(config, Files.readString(config).replace("selectorWeight: 0.7", "selectorWeight: 0.0"));
            var run = CommandRun.of(
                    "segment",
                    clip.toString(),
                    "the red square",
                    "--backend",
                    "hybrid",
                    "--hybrid",
                    hybrid,
                    "--recipe",
                    recipe.toString(),
                    "--out",
                    folder.resolve("hybrid").toString(),
                    "--threads",
                    "1",
                    "--json");
            var answer = json(run);
            assertEquals("hybrid", answer.path("backend").asText());
            assertTrue(
                    answer.path("model").asText().startsWith("sam2.1-nano + "),
                    answer.path("model").asText());
            assertTrue(answer.path("expressions").path(0).path("tracks").isArray());
        }
        var unknown =
                CommandRun.of("segment", clip.toString(), "the red square", "--backend", "hybrid", "--hybrid", "masks");
        assertEquals(Failures.WRONG_INPUT, unknown.status());
        assertTrue(unknown.err().contains("nearest: mask"), unknown.err());
    }

    @Test
    void rulesAreComparedInOneTable() throws IOException {
        train();
        var data = TinyDataset.write(folder.resolve("data"));
        var out = folder.resolve("sweep");
        String[] sweep = {
            "sweep",
            "--data",
            data.toString(),
            "--out",
            out.toString(),
            "--candidates",
            "2,3",
            "--weights",
            "1:0,0.5:0.5"
        };
        var run = CommandRun.of(sweep);
        assertEquals(Failures.DONE, run.status(), run.err());
        var lines = Files.readAllLines(out.resolve("sweep.csv"));
        assertEquals(1 + 3 + 4, lines.size(), lines.toString());
        assertEquals("key frame,N,w1,w2,J,F,J&F,expressions", lines.get(0));
        assertTrue(lines.get(1).startsWith("first,,,,"), lines.get(1));
        assertTrue(lines.get(7).startsWith("best,3,0.5,0.5,"), lines.get(7));
        var wrong = CommandRun.of("sweep", "--data", data.toString(), "--out", out.toString(), "--weights", "0.5");
        assertEquals(Failures.WRONG_INPUT, wrong.status());
        assertTrue(wrong.err().contains("as 0.5:0.5"), wrong.err());
    }

    @Test
    void tracksNeedACache() throws IOException {
        var data = TinyDataset.write(folder.resolve("data"));
        var run = CommandRun.of(
                "infer", "--data", data.toString(), "--out", folder.resolve("p").toString());
        assertEquals(Failures.WRONG_INPUT, run.status());
        assertTrue(run.err().contains("--cache DIR is missing"), run.err());
    }
}
