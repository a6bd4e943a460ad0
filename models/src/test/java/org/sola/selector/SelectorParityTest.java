package org.sola.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.sola.tensor.FormulaWeights;
import org.sola.tensor.Safetensors;
import org.sola.tensor.Weights;

/** The official network against its reference, every intermediate result of every run. */
class SelectorParityTest {
    private static final Path CASE = Path.of(System.getProperty("parity"), "selector", "eval-forward");

    @Test
    void everyPartOfEveryRunEqualsTheReference() throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(CASE), "parity case missing: " + CASE);
        JsonNode description =
                new ObjectMapper().readTree(CASE.resolve("case.json").toFile());
        long seed = description.path("seed").asLong();
        var expected = Safetensors.open(CASE.resolve("tensors.safetensors"));
        try (var manager = NDManager.newBaseManager()) {
            var weights = formulaWeights(manager, seed);
            var selector = Selector.of(SelectorConfig.official(), weights);
            weights.requireAllUsed();
            for (var run : description.path("runs").properties()) {
                try (var scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    String in = "in." + run.getKey() + ".";
                    var shape = run.getValue();
                    long b = shape.path("batch").asLong();
                    var object = formula(
                            manager,
                            in + "object_tokens",
                            seed,
                            0,
                            1.7,
                            b,
                            shape.path("tracks").asLong(),
                            shape.path("frames").asLong(),
                            256);
                    var text = formula(
                            manager,
                            in + "lang_tokens",
                            seed,
                            0.05,
                            1.2,
                            b,
                            shape.path("words").asLong(),
                            1024);
                    var seen = new TreeSet<String>();
                    selector.trunk(object, false, (name, value) -> {
                                String out = "out." + run.getKey() + "." + name;
                                seen.add(out);
                                compare(out, description.path("tensors").path(out), expected, value.get());
                            })
                            .score(text);
                    assertEquals(18, seen.size(), seen.toString());
                }
            }
        }
    }

    private static Weights formulaWeights(NDManager manager, long seed) throws IOException {
        Map<String, NDArray> arrays = new HashMap<>();
        var lines = Files.readAllLines(CASE.resolve("params.tsv"));
        for (String line : lines.subList(1, lines.size())) {
            String[] f = line.split("\t");
            long[] shape =
                    Arrays.stream(f[2].split("x")).mapToLong(Long::parseLong).toArray();
            arrays.put(f[0], formula(manager, f[0], seed, Double.parseDouble(f[3]), Double.parseDouble(f[4]), shape));
        }
        return Weights.of(CASE.resolve("params.tsv").toString(), arrays);
    }

    private static NDArray formula(
            NDManager manager, String name, long seed, double offset, double scale, long... shape) {
        var s = new Shape(shape);
        return manager.create(FormulaWeights.values(name, (int) s.size(), seed, offset, scale), s);
    }

    private static void compare(String name, JsonNode about, Safetensors expected, NDArray value) {
        long[] full = value.getShape().getShape();
        assertEquals(about.path("full_shape").toString(), Arrays.toString(full).replace(" ", ""), name);
        String stored = about.path("stored").asText();
        var index = stored.equals("full") ? "" : stored.substring(5, stored.length() - 1);
        float[] actual = (index.isEmpty() ? value : value.get(index)).toFloatArray();
        try {
            float[] wanted = expected.floats(name);
            assertEquals(wanted.length, actual.length, name);
            double atol = about.path("atol").asDouble();
            double rtol = about.path("rtol").asDouble();
            for (int i = 0; i < wanted.length; i++) {
                double error = Math.abs(actual[i] - wanted[i]) / (atol + rtol * Math.abs(wanted[i]));
                assertTrue(error <= 1, name + "[" + i + "] is " + actual[i] + ", expected " + wanted[i]);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
