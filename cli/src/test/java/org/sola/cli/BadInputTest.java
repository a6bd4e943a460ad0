package org.sola.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sola.file.Sha256;
import org.sola.image.ImageFiles;
import org.sola.tensor.Safetensors;
import org.sola.tensor.SafetensorsWriter;

/** Whole commands, with the models that ship, on input that is unusual or wrong. */
class BadInputTest {
    private static final Path CHECKPOINTS = Path.of(System.getProperty("sola.home"), "checkpoints");
    private static final String NO_SPACE = "No space left on device";

    @TempDir
    private Path folder;

    private Path recipe;

    @BeforeEach
    void writeRecipe() throws IOException {
        recipe = Clips.quickRecipe(folder.resolve("quick.yaml"), 4);
    }

    private CommandRun segment(Path video, String expression) {
        return CommandRun.of(
                "segment",
                video.toString(),
                expression,
                "--out",
                folder.resolve("out").toString(),
                "--recipe",
                recipe.toString(),
                "--json");
    }

    private JsonNode segmented(Path video, String expression) throws IOException {
        var run = segment(video, expression);
        assertEquals(Failures.DONE, run.status(), run.err());
        var document = new ObjectMapper().readTree(run.out());
        for (var file : document.path("files")) {
            assertTrue(Files.exists(Path.of(file.asText())), file.asText());
        }
        return document;
    }

    private CommandRun precompute(Path data, Path cache, String... more) {
        return CommandRun.of(Stream.concat(
                        Stream.of(
                                "precompute",
                                "--data",
                                data.toString(),
                                "--out",
                                cache.toString(),
                                "--recipe",
                                recipe.toString(),
                                "--truth"),
                        Arrays.stream(more))
                .toArray(String[]::new));
    }

    private static void assertEnds(int status, CommandRun run, String... said) {
        assertAll(
                () -> assertEquals(status, run.status(), run.err()),
                () -> assertFalse(run.err().contains("\tat "), run.err()),
                () -> assertAll(Arrays.stream(said)
                        .map(each -> () -> assertTrue(run.err().contains(each), run.err()))));
    }

    @ParameterizedTest
    @CsvSource({"48, 64, 1", "37, 53, 3", "1, 1, 2"})
    void oneFrameOddSizesAndSmallOnesAreSegmented(int height, int width, int frames) throws IOException {
        var clip = Clips.write(folder.resolve("clip"), height, width, frames, BufferedImage.TYPE_INT_RGB);
        var document = segmented(clip, "the red square");
        assertEquals(frames, document.path("frames").asInt());
        assertEquals(height, document.path("height").asInt());
        var masks = Path.of(document.path("files").get(2).asText());
        var mask = ImageFiles.readMaskPng(masks.resolve(Clips.name(frames - 1) + ".png"));
        assertEquals(List.of(height, width), List.of(mask.height(), mask.width()));
    }

    @Test
    void imagesWithAlphaAndGreyOnesAreSegmented() throws IOException {
        var clip = Clips.write(folder.resolve("clip"), 48, 64, 4, BufferedImage.TYPE_INT_ARGB);
        var grey = Clips.frame(48, 64, 1, BufferedImage.TYPE_BYTE_GRAY);
        ImageIO.write(grey, "png", clip.resolve(Clips.name(1) + ".png").toFile());
        var deep = Clips.frame(48, 64, 2, BufferedImage.TYPE_USHORT_GRAY);
        ImageIO.write(deep, "png", clip.resolve(Clips.name(2) + ".png").toFile());
        assertEquals(4, segmented(clip, "the red square").path("frames").asInt());
    }

    @Test
    void theEndOfAVeryLongExpressionIsLeftOutAndSaidToBe() throws IOException {
        var clip = Clips.write(folder.resolve("clip"), 48, 64, 2, BufferedImage.TYPE_INT_RGB);
        var run = segment(clip, "the red square that moves ".repeat(400));
        assertEnds(Failures.DONE, run, "its end is left out");
    }

    @Test
    void aBrokenVideoOfADataSetIsNamedAndCostsNoOther() throws IOException {
        var data = TinyDataset.write(folder.resolve("valid"), "cut", "missing", "sound", "whole");
        var frames = data.resolve("JPEGImages");
        Files.delete(frames.resolve("missing/00001.jpg"));
        var bytes = Files.readAllBytes(frames.resolve("cut/00001.jpg"));
        Files.write(frames.resolve("cut/00001.jpg"), Arrays.copyOf(bytes, bytes.length / 2));
        var cache = folder.resolve("cache");
        var run = precompute(data, cache);
        assertEnds(Failures.NOT_ALL_DONE, run, "video cut: ", "video missing: ", "missing/00001.jpg is missing");
        assertEquals(List.of("sound", "whole"), Clips.videos(cache));

        var predictions = folder.resolve("pred");
        var inferred = CommandRun.of(
                "infer", "--data", data.toString(), "--cache", cache.toString(), "--out", predictions.toString());
        assertEnds(Failures.NOT_ALL_DONE, inferred, "video cut: ", "video missing: ");
        assertTrue(Files.exists(predictions.resolve("whole/0/00001.png")));
    }

    @Test
    void aVideoThatTheDataSetDescribesWronglyIsNamedAndCostsNoOther() throws IOException {
        var data = TinyDataset.write(folder.resolve("valid"), "bad", "good");
        var meta = data.resolve("meta_expressions.json");
        var tree = new ObjectMapper().readTree(meta.toFile());
        ((com.fasterxml.jackson.databind.node.ObjectNode) tree.at("/videos/bad")).put("frames", 7);
        new ObjectMapper().writeValue(meta.toFile(), tree);
        assertEnds(Failures.NOT_ALL_DONE, precompute(data, folder.resolve("cache")), "bad");
        assertEquals(List.of("good"), Clips.videos(folder.resolve("cache")));
    }

    @Test
    void aCacheOfOtherSettingsOrWeightsIsRefusedWithWhatDiffers() throws IOException {
        var data = TinyDataset.write(folder.resolve("valid"));
        var cache = folder.resolve("cache");
        assertEnds(Failures.DONE, precompute(data, cache));
        var before = Clips.content(cache);
        Clips.quickRecipe(recipe, 5);
        var other = precompute(data, cache);
        assertEnds(Failures.WRONG_INPUT, other, "grid.pointsPerSide: 5 here, 4 there", "--overwrite");
        assertFalse(other.err().contains("weights:"), other.err());
        Clips.quickRecipe(recipe, 4);
        var changed = changed("sam2.1-nano", (name, values) -> values[0] += 1);
        assertEnds(Failures.WRONG_INPUT, precompute(data, cache, "--model", changed.toString()), "weights: ");
        assertEquals(before, Clips.content(cache));
    }

    @Test
    void aTruncatedCacheIsNamedWhereItIsReadAndMadeAnewWhereItIsMade() throws IOException {
        var data = TinyDataset.write(folder.resolve("valid"), "dog", "eel");
        var cache = folder.resolve("cache");
        assertEnds(Failures.DONE, precompute(data, cache));
        var whole = Clips.content(cache);
        var file = cache.resolve("dog.tokens.safetensors");
        var bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 5));
        assertEquals(
                Failures.NOT_ALL_DONE,
                CommandRun.of("cache", "verify", cache.toString()).status());
        var predictions = folder.resolve("pred");
        var run = CommandRun.of(
                "infer", "--data", data.toString(), "--cache", cache.toString(), "--out", predictions.toString());
        assertEnds(Failures.NOT_ALL_DONE, run, "video dog: ", "dog.tokens.safetensors", "truncated");
        assertTrue(Files.exists(predictions.resolve("eel/0/00001.png")));
        assertEnds(Failures.DONE, precompute(data, cache));
        assertEquals(whole, Clips.content(cache));
    }

    /** A shipped checkpoint whose first tensor is changed. */
    private Path changed(String model, BiConsumer<String, float[]> change) throws IOException {
        return rewritten(model, (writer, tensors) -> {
            String first = tensors.tensors().keySet().iterator().next();
            for (String name : tensors.tensors().keySet()) {
                var values = floats(tensors, name);
                if (name.equals(first)) {
                    change.accept(name, values);
                }
                writer.add(name, values, tensors.info(name).dimensions());
            }
        });
    }

    private static float[] floats(Safetensors tensors, String name) {
        try {
            return tensors.floats(name);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Path rewritten(String model, BiConsumer<SafetensorsWriter, Safetensors> rewrite) throws IOException {
        var tensors = Safetensors.open(CHECKPOINTS.resolve(model + ".safetensors"));
        var writer = new SafetensorsWriter();
        tensors.metadata().forEach(writer::metadata);
        rewrite.accept(writer, tensors);
        var file = folder.resolve("changed.safetensors");
        writer.write(file);
        return file;
    }

    /** Ways in which a checkpoint's parameters can be wrong, and what is said of it. */
    static Stream<Arguments> wrongParameters() {
        return Stream.of("sam2.1-nano", "selector-nano")
                .flatMap(model -> Stream.of(
                        Arguments.of(model, "missing", "has no parameter"),
                        Arguments.of(model, "extra", "1 parameters that this model does not know: zz.extra"),
                        Arguments.of(model, "shape", "this model needs")));
    }

    @ParameterizedTest
    @MethodSource("wrongParameters")
    void aCheckpointWithWrongParametersIsRefusedWithTheirName(String model, String way, String said)
            throws IOException {
        var victim = new String[1];
        var file = rewritten(model, (writer, tensors) -> {
            var names = List.copyOf(new TreeSet<>(tensors.tensors().keySet()));
            victim[0] = way.equals("extra") ? "zz.extra" : names.get(names.size() / 2);
            for (String name : names) {
                var values = floats(tensors, name);
                if (!name.equals(victim[0])) {
                    writer.add(name, values, tensors.info(name).dimensions());
                } else if (way.equals("shape")) {
                    writer.add(name, new float[values.length + 1], values.length + 1);
                }
            }
            if (way.equals("extra")) {
                writer.add(victim[0], new float[] {1}, 1);
            }
        });
        var clip = Clips.write(folder.resolve("clip"), 48, 64, 1, BufferedImage.TYPE_INT_RGB);
        var arguments = Stream.of("segment", clip, "the square", "--out", folder.resolve("out"), "--recipe", recipe);
        Stream<Object> choice;
        if (model.startsWith("sam2")) {
            choice = Stream.of("--model", file);
        } else {
            var run = Files.createDirectories(folder.resolve("run"));
            Files.copy(
                    Path.of(System.getProperty("sola.home"), "configs/models/selector-nano.yaml"),
                    run.resolve("model.yaml"));
            Files.move(file, run.resolve("best.safetensors"));
            choice = Stream.of("--run", run);
        }
        var run = CommandRun.of(
                Stream.concat(arguments, choice).map(Object::toString).toArray(String[]::new));
        assertEnds(Failures.WRONG_INPUT, run, said, victim[0], ".safetensors");
    }

    @Test
    void objectTokensOfAnotherNetworkThanTheSelectorsAreRefused() throws IOException {
        var weights = Sha256.of(CHECKPOINTS.resolve("sam2.1-nano.safetensors"));
        var clip = Clips.write(folder.resolve("clip"), 48, 64, 1, BufferedImage.TYPE_INT_RGB);
        for (String trainedOn : List.of("ab".repeat(32), weights)) {
            var run = Files.createDirectories(folder.resolve(trainedOn));
            Files.copy(
                    Path.of(System.getProperty("sola.home"), "configs/models/selector-nano.yaml"),
                    run.resolve("model.yaml"));
            var file = rewritten("selector-nano", (writer, tensors) -> {
                writer.metadata("tokens_model", "sam2.1-nano").metadata("tokens_weights", trainedOn);
                tensors.tensors().forEach((name, info) -> writer.add(name, floats(tensors, name), info.dimensions()));
            });
            Files.move(file, run.resolve("best.safetensors"));
            var answer = CommandRun.of(
                    "segment",
                    clip.toString(),
                    "the square",
                    "--out",
                    folder.resolve("out").toString(),
                    "--recipe",
                    recipe.toString(),
                    "--run",
                    run.toString());
            if (trainedOn.equals(weights)) {
                assertEnds(Failures.DONE, answer);
            } else {
                assertEnds(Failures.WRONG_INPUT, answer, "weights: abababababab... in training, ");
            }
        }
    }

    /** A disk without space, for one file: its temporary name leads to a device that takes nothing. */
    private static Path fill(Path target) throws IOException {
        var full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.exists(full), "this system has no /dev/full");
        Files.createDirectories(target.getParent());
        return Files.createSymbolicLink(target.resolveSibling(target.getFileName() + ".part"), full);
    }

    @ParameterizedTest
    @CsvSource({"eel.tokens.safetensors", "eel.masks.json", "eel.json"})
    void aFullDiskEndsPrecomputeAndWhatIsDoneStays(String file) throws IOException {
        var data = TinyDataset.write(folder.resolve("valid"), "dog", "eel", "fox");
        var expected = folder.resolve("expected");
        assertEnds(Failures.DONE, precompute(data, expected));
        var cache = folder.resolve("cache");
        fill(cache.resolve(file));
        assertEnds(Failures.NOT_ALL_DONE, precompute(data, cache), file, NO_SPACE);
        assertEquals(List.of("dog"), Clips.videos(cache));
        assertEnds(Failures.DONE, precompute(data, cache));
        assertEquals(Clips.content(expected), Clips.content(cache));
    }

    @ParameterizedTest
    @CsvSource({"masks/00001.png", "sheet.jpg"})
    void aFullDiskEndsSegmentAndTheSameCommandGoesOn(String file) throws IOException {
        var clip = Clips.write(folder.resolve("clip"), 48, 64, 3, BufferedImage.TYPE_INT_RGB);
        var target = folder.resolve("out/1-the-red-square").resolve(file);
        segmented(clip, "the red square");
        Files.delete(target);
        fill(target);
        var run = segment(clip, "the red square");
        assertEnds(Failures.NOT_ALL_DONE, run, file, NO_SPACE);
        assertFalse(Files.exists(target));
        segmented(clip, "the red square");
    }
}
