package org.sola.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A test for every way a safetensors file can be wrong; each error names the file. */
class SafetensorsTest {
    @TempDir
    private Path folder;

    private Path file(String header, int dataBytes) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return file(text.length, text, dataBytes);
    }

    private Path file(long headerBytes, byte[] text, int dataBytes) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.write(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(headerBytes)
                .array());
        bytes.write(text);
        bytes.write(new byte[dataBytes]);
        return Files.write(folder.resolve("weights.safetensors"), bytes.toByteArray());
    }

    private static String refusal(Path file) {
        var error = assertThrows(SafetensorsException.class, () -> Safetensors.open(file));
        assertTrue(error.getMessage().startsWith(file.toString()), error.getMessage());
        return error.getMessage();
    }

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        var file = folder.resolve("written.safetensors");
        new SafetensorsWriter()
                .metadata("model", "none")
                .add("b", new float[] {1, 2, 3, 4, 5, 6}, 2, 3)
                .add("a", new float[] {-7}, 1)
                .add("nothing", new float[0], 0, 4)
                .write(file);
        var read = Safetensors.open(file);
        assertEquals(List.of("b", "a", "nothing"), List.copyOf(read.tensors().keySet()));
        assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, read.floats("b"));
        assertEquals(List.of(2L, 3L), read.info("b").shape());
        assertArrayEquals(new float[] {-7}, read.floats("a"));
        assertEquals(0, read.floats("nothing").length);
        assertEquals("none", read.metadata().get("model"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}      | 4  | truncated",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}      | 12 | after its last tensor",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}      | 8  | but 8 bytes",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}     | 12 | gap or overlap",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}      | 8  | 8 to 0",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}     | 8  | -8 to 0",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}        | 8  | expected two numbers",
                "{\"a\":{\"dtype\":\"Q3\",\"shape\":[2],\"data_offsets\":[0,8]}}       | 8  | unknown dtype",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}}        | 8  | has no shape",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}     | 8  | the dimension -2",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,8]}}    | 8  | the dimension 1.5",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]}} | 8 | too large",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\"a\":{}} | 1 | not valid JSON",
                "[1,2]                                                               | 0  | not a JSON object",
                "{\"a\":                                                             | 0  | not valid JSON",
            })
    void aHeaderThatIsWrongIsRefusedWithWhatIsWrong(String header, int dataBytes, String said) throws IOException {
        var message = refusal(file(header, dataBytes));
        assertTrue(message.contains(said), message);
    }

    @Test
    void aFileOfAFewBytesOrWithAnEndlessHeaderIsRefused() throws IOException {
        refusal(Files.write(folder.resolve("short.safetensors"), new byte[3]));
        refusal(file(Long.MAX_VALUE, new byte[2], 0));
        refusal(file(-1, new byte[2], 0));
        assertTrue(refusal(file(50, new byte[2], 0)).contains("truncated"));
    }

    @Test
    void aFileUnderTheNameOfTheOtherFormatIsReadByItsContent() throws IOException {
        var renamed = folder.resolve("model.pt");
        new SafetensorsWriter().add("a", new float[] {3}, 1).write(renamed);
        assertArrayEquals(new float[] {3}, Checkpoint.open(renamed).floats("a"));
        Files.write(renamed, Arrays.copyOf(Files.readAllBytes(renamed), 30));
        var error = assertThrows(SafetensorsException.class, () -> Checkpoint.open(renamed));
        assertTrue(error.getMessage().contains("truncated"), error.getMessage());
    }

    @Test
    void aTensorThatIsNotThereIsAnsweredWithTheNearestName() throws IOException {
        var file = folder.resolve("named.safetensors");
        new SafetensorsWriter().add("image_encoder.weight", new float[] {1}, 1).write(file);
        var read = Safetensors.open(file);
        var error = assertThrows(SafetensorsException.class, () -> read.floats("image_encoder.weigth"));
        assertTrue(error.getMessage().contains("nearest: image_encoder.weight"), error.getMessage());
    }

    @Test
    void damageAnywhereIsReadOrRefusedAsDamage() throws IOException {
        var file = folder.resolve("damaged.safetensors");
        new SafetensorsWriter()
                .add("a", new float[] {1, 2}, 2)
                .add("b", new float[] {3}, 1, 1)
                .write(file);
        var whole = Files.readAllBytes(file);
        var random = new Random(5);
        for (int i = 0; i < 500; i++) {
            var damaged = Arrays.copyOf(whole, random.nextInt(4) == 0 ? random.nextInt(whole.length) : whole.length);
            for (int k = random.nextInt(3); k >= 0 && damaged.length > 0; k--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            Files.write(file, damaged);
            try {
                var read = Safetensors.open(file);
                for (var name : read.tensors().keySet()) {
                    read.floats(name);
                }
            } catch (SafetensorsException refused) {
                assertTrue(refused.getMessage().startsWith(file.toString()), refused.getMessage());
            }
        }
    }

    @Test
    void everyFloat16ComesBackAndWhatLiesBetweenGoesToTheNearest() {
        for (int half = 0; half < 1 << 16; half++) {
            float value = ElementType.halfToFloat((short) half);
            if (!Float.isNaN(value)) {
                assertEquals((short) half, ElementType.floatToHalf(value));
            }
        }
        for (int half = 0; half < 0x7BFF; half++) { // all but the largest, and what is half way to the next
            float low = ElementType.halfToFloat((short) half);
            float high = ElementType.halfToFloat((short) (half + 1));
            float middle = (low + high) / 2; // exact: float32 has the bits
            assertEquals((short) (half % 2 == 0 ? half : half + 1), ElementType.floatToHalf(middle));
            assertEquals((short) half, ElementType.floatToHalf(Math.nextDown(middle)));
            assertEquals((short) (half + 1 | 0x8000), ElementType.floatToHalf(-Math.nextUp(middle)));
        }
        assertTrue(Float.isNaN(ElementType.halfToFloat(ElementType.floatToHalf(Float.NaN))));
        var beyond = assertThrows(
                IllegalArgumentException.class, () -> new SafetensorsWriter().addHalf("w", new float[] {1, 65520}, 2));
        assertTrue(beyond.getMessage().contains("\"w\" holds 65520"), beyond.getMessage());
    }
}
