package org.sola.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.sola.tensor.TorchFileWriter.StoredView;

/** Views of all kinds written by hand, read back and compared with what their strides say. */
class TorchCheckpointPropertiesTest {
    private static Path file;

    @BeforeContainer
    static void makeFile() throws IOException {
        file = Files.createTempFile("views", ".pt");
    }

    @AfterContainer
    static void deleteFile() throws IOException {
        Files.deleteIfExists(file);
    }

    /** A permuted, cut, stepped and shifted window on a storage of {@code elements}. */
    private static StoredView view(Random random, String key, long elements) {
        var shape = new ArrayList<Long>();
        var strides = new ArrayList<Long>();
        long offset = random.nextInt((int) elements);
        long room = elements - 1 - offset;
        int axes = random.nextInt(4);
        for (int axis = 0; axis < axes; axis++) {
            long stride = random.nextInt(5);
            long longest = stride == 0 ? 3 : room / stride + 1;
            long length = Math.min(longest, random.nextInt(5));
            shape.add(length);
            strides.add(stride);
            room -= Math.max(0, length - 1) * stride;
        }
        return StoredView.floats(key, elements, offset, shape, strides);
    }

    /** Element by element in row-major order, from the definition of strides. */
    private static float[] expected(StoredView view, float[] storage) {
        long count = view.shape().stream().reduce(1L, (a, b) -> a * b);
        var values = new float[(int) count];
        for (int i = 0; i < count; i++) {
            long rest = i;
            long at = view.offset();
            for (int axis = view.shape().size() - 1; axis >= 0; axis--) {
                at += rest % view.shape().get(axis) * view.strides().get(axis);
                rest /= view.shape().get(axis);
            }
            values[i] = storage[(int) at];
        }
        return values;
    }

    @Property(tries = 200)
    void everyViewOfSharedStoragesComesOutInRowMajorOrder(
            @ForAll long seed, @ForAll boolean isOld, @ForAll @IntRange(min = 1, max = 6) int tensors)
            throws IOException {
        var random = new Random(seed);
        var writer = new TorchFileWriter().dictionary();
        var storages = new float[2][];
        for (int s = 0; s < 2; s++) {
            storages[s] = new float[20 + random.nextInt(20)];
            var bytes = ByteBuffer.allocate(storages[s].length * 4).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < storages[s].length; i++) {
                storages[s][i] = random.nextFloat();
                bytes.putFloat(storages[s][i]);
            }
            writer.storage(Integer.toString(s), ElementType.FLOAT32, bytes.array());
        }
        var views = new ArrayList<StoredView>();
        for (int t = 0; t < tensors + 2; t++) { // the first two name both storages, as the old container needs
            int s = t % 2;
            views.add(view(random, Integer.toString(s), storages[s].length));
            writer.tensor("layer." + t, views.get(t), isOld);
        }
        writer.endDictionary();
        Files.write(file, isOld ? writer.old() : writer.zip());
        var checkpoint = TorchCheckpoint.open(file);
        assertEquals(views.size(), checkpoint.tensors().size());
        for (int t = 0; t < views.size(); t++) {
            var storage = storages[t % 2];
            assertEquals(views.get(t).shape(), checkpoint.info("layer." + t).shape());
            assertArrayEquals(expected(views.get(t), storage), checkpoint.floats("layer." + t), "view " + views.get(t));
        }
    }

    @Property(tries = 50)
    void theOrderOfTheStoragesDoesNotMatter(@ForAll long seed) throws IOException {
        var keys = new ArrayList<>(List.of("a", "b", "c", "d"));
        Collections.shuffle(keys, new Random(seed));
        var writer = new TorchFileWriter().dictionary();
        for (String key : keys) {
            writer.storage(key, ElementType.UINT8, new byte[] {(byte) key.charAt(0)});
        }
        for (String key : List.of("a", "b", "c", "d")) {
            writer.tensor(key, new StoredView("ByteStorage", key, 1, 0, List.of(), List.of()), true);
        }
        Files.write(file, writer.endDictionary().old());
        var checkpoint = Checkpoint.open(file);
        for (String key : keys) {
            assertArrayEquals(new float[] {key.charAt(0)}, checkpoint.floats(key));
        }
    }
}
