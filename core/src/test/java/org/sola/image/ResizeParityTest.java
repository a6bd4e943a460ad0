package org.sola.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.sola.tensor.Safetensors;

/** Resizing and normalising against torch, torchvision and Pillow. */
class ResizeParityTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TestFactory
    List<DynamicTest> inputsOfSam2() throws Exception {
        Path folder = Path.of(
                getClass().getResource("/parity/sam2/preprocess/case.json").toURI());
        var images = JSON.readTree(folder.toFile()).get("images");
        var tensors = Safetensors.open(folder.resolveSibling("tensors.safetensors"));
        var tests = new ArrayList<DynamicTest>();
        for (var entry : images.properties()) {
            String name = entry.getKey();
            var image = imageByRule(entry.getValue());
            tests.add(dynamicTest(name + ": the image rule", () -> {
                float[] head = tensors.floats("in." + name + "_head");
                for (int i = 0; i < head.length; i++) {
                    assertEquals(head[i], image.get(i / 24, i / 3 % 8, i % 3));
                }
            }));
            tests.add(dynamicTest(name + ": frames of a video, Pillow's bicubic", () -> {
                var resized = Resize.image(image, 1024, 1024, Filter.BICUBIC_ANTIALIASED);
                float[] want = tensors.floats("out." + name + ".video_u8");
                var got = new float[want.length];
                for (int i = 0; i < want.length; i++) {
                    got[i] = resized.get(5 + 31 * (i / 108), 7 + 29 * (i / 3 % 36), i % 3);
                }
                assertArrayEquals(want, got);
                assertClose(
                        tensors.floats("out." + name + ".video_input"),
                        strided(Normalisation.IMAGENET.apply(resized), 3, 1024, 1024, 5, 31, 7, 29),
                        2e-6,
                        1e-5);
            }));
            tests.add(dynamicTest(name + ": single images, antialiased bilinear", () -> {
                float[] planes = Resize.planes(
                        Normalisation.unitPlanes(image),
                        3,
                        image.height(),
                        image.width(),
                        1024,
                        1024,
                        Filter.BILINEAR_ANTIALIASED);
                assertClose(
                        tensors.floats("out." + name + ".image_input"),
                        strided(Normalisation.IMAGENET.applyInPlace(planes), 3, 1024, 1024, 5, 31, 7, 29),
                        2e-5,
                        1e-5);
            }));
        }
        tests.add(dynamicTest("logits of masks to the video's size", () -> {
            float[] up = Resize.planes(tensors.floats("in.low_res"), 2, 64, 64, 96, 160, Filter.BILINEAR);
            assertClose(tensors.floats("out.up"), strided(up, 2, 96, 160, 0, 2, 0, 2), 7e-4, 1e-5);
        }));
        return tests;
    }

    @TestFactory
    List<DynamicTest> operatorsOfTorchAndPillow() throws Exception {
        Path folder = Path.of(System.getProperty("parity"), "data", "resize-and-normalise");
        if (!Files.isDirectory(folder)) {
            return List.of(dynamicTest(
                    "data/resize-and-normalise",
                    () -> Assumptions.abort("parity case data/resize-and-normalise is not at " + folder)));
        }
        var tensors = Safetensors.open(folder.resolve("tensors.safetensors"));
        var tests = new ArrayList<DynamicTest>();
        for (var entry : JSON.readTree(folder.resolve("case.json").toFile())
                .get("tensors")
                .properties()) {
            String[] parts = entry.getKey().split("\\."); // out, operator, image, size
            double tolerance = entry.getValue().get("atol").asDouble();
            if (parts.length == 4 && !parts[1].startsWith("cv2") && !parts[2].equals("mask")) {
                tests.add(dynamicTest(
                        entry.getKey(),
                        () -> assertClose(
                                tensors.floats(entry.getKey()),
                                resized(image(tensors, parts[2]), parts[1], parts[3]),
                                tolerance,
                                0)));
            } else if (parts[1].equals("sam2_video") || parts[1].equals("sam2_image")) {
                tests.add(dynamicTest(
                        entry.getKey(),
                        () -> assertClose(
                                tensors.floats(entry.getKey()),
                                strided(
                                        input(image(tensors, parts[2]), parts[1].equals("sam2_video")),
                                        3,
                                        1024,
                                        1024,
                                        5,
                                        37,
                                        9,
                                        41),
                                tolerance,
                                0)));
            } else if (parts[1].equals("bilinear_above_half")) {
                tests.add(dynamicTest(entry.getKey(), () -> {
                    int[] size = size(parts[3]);
                    float[] planes =
                            Resize.planes(tensors.floats("in.mask"), 1, 41, 67, size[0], size[1], Filter.BILINEAR);
                    for (int i = 0; i < planes.length; i++) {
                        planes[i] = planes[i] > 0.5f ? 1 : 0;
                    }
                    assertArrayEquals(tensors.floats(entry.getKey()), planes);
                }));
            }
        }
        assertTrue(tests.size() > 40, "only " + tests.size() + " cases were found");
        return tests;
    }

    private static float[] input(RgbImage image, boolean isVideo) {
        if (isVideo) {
            return Normalisation.IMAGENET.apply(Resize.image(image, 1024, 1024, Filter.BICUBIC_ANTIALIASED));
        }
        return Normalisation.IMAGENET.applyInPlace(Resize.planes(
                Normalisation.unitPlanes(image),
                3,
                image.height(),
                image.width(),
                1024,
                1024,
                Filter.BILINEAR_ANTIALIASED));
    }

    /** Float planes for torch's operators, interleaved bytes for those on 8 bits. */
    private static float[] resized(RgbImage image, String operator, String text) {
        int[] size = size(text);
        if (operator.startsWith("pil_") || operator.endsWith("_uint8")) {
            var filter = operator.contains("bicubic") ? Filter.BICUBIC_ANTIALIASED : Filter.BILINEAR_ANTIALIASED;
            byte[] rgb = Resize.image(image, size[0], size[1], filter).rgb();
            var result = new float[rgb.length];
            for (int i = 0; i < rgb.length; i++) {
                result[i] = rgb[i] & 0xFF;
            }
            return result;
        }
        var filter =
                switch (operator) {
                    case "bilinear" -> Filter.BILINEAR;
                    case "bilinear_antialias" -> Filter.BILINEAR_ANTIALIASED;
                    case "bicubic" -> Filter.BICUBIC;
                    case "bicubic_antialias" -> Filter.BICUBIC_ANTIALIASED;
                    default -> throw new IllegalArgumentException("unknown operator " + operator);
                };
        return Resize.planes(
                Normalisation.unitPlanes(image), 3, image.height(), image.width(), size[0], size[1], filter);
    }

    private static int[] size(String text) {
        String[] sides = text.split("x");
        return new int[] {Integer.parseInt(sides[0]), Integer.parseInt(sides[1])};
    }

    private static RgbImage image(Safetensors tensors, String name) throws IOException {
        var shape = tensors.info("in." + name).shape();
        float[] values = tensors.floats("in." + name);
        var rgb = new byte[values.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) values[i];
        }
        return new RgbImage(shape.get(0).intValue(), shape.get(1).intValue(), rgb);
    }

    private static RgbImage imageByRule(JsonNode rule) {
        int height = rule.get("h").asInt();
        int width = rule.get("w").asInt();
        long a = rule.get("a").asLong();
        long b = rule.get("b").asLong();
        long e = rule.get("e").asLong();
        var rgb = new byte[height * width * 3];
        for (long y = 0; y < height; y++) {
            for (long x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    rgb[(int) (y * width + x) * 3 + c] = (byte) (((x * x * (a + c) + y * y * b + e * x * y) >> 6)
                            + (x * 7 + y * 13) * (c + 1)
                            + (((x * y * 2654435761L) >> 13) & 31));
                }
            }
        }
        return new RgbImage(height, width, rgb);
    }

    /** What {@code planes[:, y0::dy, x0::dx]} keeps. */
    private static float[] strided(
            float[] planes, int channels, int height, int width, int y0, int dy, int x0, int dx) {
        var kept = new ArrayList<Float>();
        for (int c = 0; c < channels; c++) {
            for (int y = y0; y < height; y += dy) {
                for (int x = x0; x < width; x += dx) {
                    kept.add(planes[(c * height + y) * width + x]);
                }
            }
        }
        var result = new float[kept.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = kept.get(i);
        }
        return result;
    }

    private static void assertClose(float[] want, float[] got, double absolute, double relative) {
        assertEquals(want.length, got.length, "number of values");
        int worst = 0;
        double worstRatio = 0;
        for (int i = 0; i < want.length; i++) {
            double allowed = absolute + relative * Math.abs(want[i]);
            double difference = Math.abs((double) want[i] - got[i]);
            double ratio = difference == 0 ? 0 : difference / allowed;
            if (!(ratio <= worstRatio)) {
                worst = i;
                worstRatio = ratio;
            }
        }
        assertTrue(
                worstRatio <= 1,
                "value " + worst + " is " + got[worst] + ", expected " + want[worst] + ": " + worstRatio
                        + " times the tolerance");
    }
}
