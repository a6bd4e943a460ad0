package org.sola.sam2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sola.tensor.Weights;
import org.sola.tensor.WeightsException;

/**
 * Every configuration asks for the parameters of the official checkpoint of its size, by name and shape, and for no
 * other. The lists are {@code state_dict()} of PyPI sam2 1.1.0, cut into what all sizes share, the image encoders and
 * what 2.1 added.
 */
class OfficialParametersTest {
    private static Map<String, Shape> official(String size, boolean isNewer) throws IOException {
        var shapes = new LinkedHashMap<String, Shape>();
        read("parameters-all.tsv", shapes);
        read("parameters-" + size + ".tsv", shapes);
        if (isNewer) {
            read("parameters-2.1.tsv", shapes);
        }
        return shapes;
    }

    private static void read(String resource, Map<String, Shape> shapes) throws IOException {
        try (var in = OfficialParametersTest.class.getResourceAsStream(resource)) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                var fields = line.split("\t");
                var dimensions = Arrays.stream(fields[1].split("x"))
                        .mapToLong(Long::parseLong)
                        .toArray();
                shapes.put(fields[0], new Shape(dimensions));
            }
        }
    }

    private static Sam2Config config(String name) throws IOException {
        return Sam2Config.read(Path.of(System.getProperty("sola.home"), "configs/models", name + ".yaml"));
    }

    /** Zeros of every shape that take no memory: one value seen through strides of 0. */
    private static Weights zeros(Map<String, Shape> shapes, NDManager manager) {
        var zero = manager.zeros(new Shape(1));
        var arrays = new LinkedHashMap<String, NDArray>();
        shapes.forEach((name, shape) -> arrays.put(name, zero.broadcast(shape)));
        return Weights.of("the official list", arrays);
    }

    /** Parameters as in the table of the specification, no_mem_pos_enc with its 256 left out. */
    @ParameterizedTest
    @CsvSource({
        "sam2-hiera-tiny, tiny, false, 38945986",
        "sam2-hiera-small, small, false, 46043842",
        "sam2-hiera-base-plus, base-plus, false, 80833666",
        "sam2-hiera-large, large, false, 224430130",
        "sam2.1-hiera-tiny, tiny, true, 38962498",
        "sam2.1-hiera-small, small, true, 46060354",
        "sam2.1-hiera-base-plus, base-plus, true, 80850178",
        "sam2.1-hiera-large, large, true, 224446642"
    })
    void everyConfigurationReadsTheOfficialParametersAndNoOthers(
            String name, String size, boolean isNewer, long parameters) throws IOException {
        var shapes = official(size, isNewer);
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var weights = zeros(shapes, manager);
            Sam2.of(config(name), weights); // a missing or wrongly shaped one fails here
            weights.requireAllUsed(Sam2::isUnread);
            assertEquals(
                    parameters,
                    weights.used().values().stream().mapToLong(NDArray::size).sum());
            var unread = new TreeSet<>(shapes.keySet());
            unread.removeAll(weights.used().keySet());
            assertEquals(List.of("no_mem_pos_enc"), List.copyOf(unread));
        }
    }

    /** What names and shapes cannot tell, from the original's configuration files and Hiera's defaults (base-plus). */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tiny | 1 | 5 7 9 | 8 4 14 7",
                "small | 1 | 7 10 13 | 8 4 14 7",
                "base-plus | 2 | 12 16 20 | 8 4 14 7",
                "large | 2 | 23 33 43 | 8 4 16 8"
            })
    void everyConfigurationHasTheOfficialHeadsAndWindows(String size, int heads, String global, String windows)
            throws IOException {
        for (String version : List.of("sam2", "sam2.1")) {
            var config = config(version + "-hiera-" + size);
            assertEquals(version + "-hiera-" + size, config.name());
            assertEquals(heads, config.hiera().heads());
            assertEquals(numbers(global), config.hiera().globalBlocks());
            assertEquals(numbers(windows), config.hiera().windows());
            assertEquals(1024, config.imageSize());
            assertEquals(7, config.memoryFrames());
            assertEquals(16, config.maxObjectPointers());
            assertEquals(8, config.decoder().heads());
            assertTrue(config.decoder().dynamicMultimask());
            assertEquals(version.equals("sam2.1"), config.version21());
        }
    }

    private static List<Integer> numbers(String text) {
        return Arrays.stream(text.split(" ")).map(Integer::valueOf).toList();
    }

    @Test
    void aCheckpointOfAnotherSizeOrVersionIsNamed() throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var small = config("sam2.1-hiera-base-plus");
            var other =
                    assertThrows(WeightsException.class, () -> Sam2.of(small, zeros(official("tiny", true), manager)));
            assertTrue(other.getMessage().contains("is it a checkpoint of another size?"), other.getMessage());
            var tiny = config("sam2.1-hiera-tiny");
            var older =
                    assertThrows(WeightsException.class, () -> Sam2.of(tiny, zeros(official("tiny", false), manager)));
            assertTrue(
                    older.getMessage().contains("obj_ptr_tpos_proj")
                            || older.getMessage().contains("no_obj_embed_spatial"),
                    older.getMessage());
            var weights = zeros(official("tiny", true), manager);
            Sam2.of(config("sam2-hiera-tiny"), weights);
            var newer = assertThrows(WeightsException.class, () -> weights.requireAllUsed(Sam2::isUnread));
            assertTrue(newer.getMessage().contains("has 3 parameters"), newer.getMessage());
        }
    }
}
