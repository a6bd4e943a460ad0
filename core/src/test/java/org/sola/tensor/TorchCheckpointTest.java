package org.sola.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.parity.ParityFolders;
import org.sola.pickle.Bytes;
import org.sola.pickle.None;
import org.sola.pickle.Tuple;

/** Files that torch wrote, and files that a reader must refuse: the parity case {@code checkpoint}. */
class TorchCheckpointTest {
    @TempDir
    private Path folder;

    private static void assertSameTensors(TorchCheckpoint got, Safetensors want, String prefix) throws IOException {
        var names = new TreeSet<String>();
        for (String name : want.tensors().keySet()) {
            if (name.startsWith(prefix)) {
                String path = name.substring(prefix.length());
                names.add(path);
                assertEquals(want.info(name).type(), got.info(path).type(), path);
                assertEquals(want.info(name).shape(), got.info(path).shape(), path);
                assertEquals(want.bytes(name), got.bytes(path), path);
            }
        }
        assertFalse(names.isEmpty());
        assertEquals(names, new TreeSet<>(got.everyTensor().keySet()));
    }

    @Test
    void viewsTypesAndNestedTensorsOfTorchAreExact() throws IOException {
        for (Path file : ParityFolders.all("checkpoint/mixed.pt")) {
            var want = Safetensors.open(file.resolveSibling("tensors.safetensors"));
            assertSameTensors(TorchCheckpoint.open(file), want, "mixed/");
            assertSameTensors(TorchCheckpoint.open(file.resolveSibling("mixed_legacy.pt")), want, "mixed/");
        }
    }

    /** {@code scripted.pt}: torch.jit.script of a module with a half precision parameter, two parts and a buffer. */
    @Test
    void aScriptedModuleGivesItsParametersAndNothingOfItsProgram() throws Exception {
        var file = TorchCheckpoint.open(
                Path.of(TorchCheckpointTest.class.getResource("scripted.pt").toURI()));
        assertEquals(
                List.of(
                        "attn.in_proj_weight",
                        "attn.out_proj.bias",
                        "attn.out_proj.weight",
                        "blocks.0.bias",
                        "blocks.0.weight",
                        "blocks.1.bias",
                        "blocks.1.weight",
                        "input_resolution",
                        "logit_scale"),
                file.tensors().keySet().stream().sorted().toList());
        assertEquals(ElementType.FLOAT16, file.info("attn.in_proj_weight").type());
        assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, file.floats("attn.in_proj_weight"));
        assertArrayEquals(new float[] {4.5f}, file.floats("logit_scale"));
        assertArrayEquals(new float[] {336}, file.floats("input_resolution"));
    }

    @Test
    void aTrainingsStateDictionaryOfTorchIsExact() throws IOException {
        var file = ParityFolders.full("checkpoint/tiny.pt");
        var want = Safetensors.open(file.resolveSibling("tensors.safetensors"));
        assertSameTensors(TorchCheckpoint.open(file), want, "tiny/");
        assertSameTensors(TorchCheckpoint.open(file.resolveSibling("legacy.pt")), want, "tiny/");
    }

    @Test
    void plainValuesOfTorchAreRead() throws IOException {
        for (Path file : ParityFolders.all("checkpoint/mixed.pt")) {
            for (Path each : List.of(file, file.resolveSibling("mixed_legacy.pt"))) {
                var content = (Map<?, ?>) TorchCheckpoint.open(each).content();
                assertEquals(13L, content.get("epoch"));
                assertEquals(5e-06, content.get("lr"));
                assertEquals("r\u00e9sum\u00e9 \u4f60", content.get("name"));
                assertEquals(List.of(true, false, None.NONE), content.get("flags"));
                assertEquals(new Tuple(List.of(1L, 2L, 3L)), content.get("shape"));
                assertEquals("1180591620717411303424", content.get("big_int").toString());
                assertEquals(-1099511627776L, content.get("negative_big"));
                assertEquals(Double.POSITIVE_INFINITY, content.get("float"));
                assertArrayEquals(new byte[] {0, -1}, ((Bytes) content.get("bytes")).toArray());
                assertEquals(java.util.Set.of(1L, 2L), content.get("set"));
                assertEquals(new Tuple(List.of(4L, 5L)), content.get("size"));
                assertEquals(ElementType.FLOAT16, content.get("dtype"));
                assertEquals(Map.of(3L, "int key", "a", -1L), content.get("ns"));
            }
        }
    }

    @Test
    void theWrappedModelIsWhatNetworksSee() throws IOException {
        for (Path file : ParityFolders.all("checkpoint/mixed.pt")) {
            try (var manager = NDManager.newBaseManager("PyTorch")) {
                var checkpoint = Checkpoint.open(file);
                assertTrue(checkpoint.tensors().keySet().stream().noneMatch(name -> name.contains("optimizer")));
                var weights = Weights.open(file, manager);
                for (String name : List.of("transposed", "strided", "conv.channels_last", "parameter", "half")) {
                    if (checkpoint.tensors().containsKey(name)) {
                        var array = weights.get(name, checkpoint.info(name).dimensions());
                        assertArrayEquals(checkpoint.floats(name), array.toFloatArray(), name);
                    }
                }
            }
        }
    }

    @Test
    void everyMaliciousFileIsRefusedByNameAndNothingRuns() throws IOException {
        for (Path malicious : ParityFolders.all("checkpoint/malicious")) {
            try (var files = Files.list(malicious)) {
                for (Path file : files.sorted().toList()) {
                    var refusal = assertThrows(CheckpointException.class, () -> Checkpoint.open(file), file.toString());
                    assertTrue(refusal.getMessage().startsWith(file + " "), refusal.getMessage());
                    assertFalse(refusal.getMessage().contains("\n"), refusal.getMessage());
                }
            }
        }
        assertFalse(Files.exists(Path.of("PWNED")));
    }

    @Test
    void whatAMaliciousFileNamesIsInTheMessage() throws IOException {
        var expected = Map.ofEntries(
                Map.entry("os_system.pt", "posix.system"),
                Map.entry("legacy_os_system.pt", "posix.system"),
                Map.entry("builtins_eval.pt", "builtins.eval"),
                Map.entry("builtins_exec.pt", "builtins.exec"),
                Map.entry("subprocess_call.pt", "subprocess.call"),
                Map.entry("getattr_chain.pt", "builtins.getattr"),
                Map.entry("inst_opcode.pt", "os.system"),
                Map.entry("obj_opcode.pt", "os.system"),
                Map.entry("newobj.pt", "subprocess.Popen"),
                Map.entry("stack_global.pt", "os.system"),
                Map.entry("torch_module_class.pt", "importlib.import_module"),
                Map.entry("whole_module.pt", "torch.nn.modules.linear.Linear"),
                Map.entry("build_setstate.pt", "sets the state of a function"),
                Map.entry("negative_offset.pt", "starts at element -4"),
                Map.entry("negative_stride.pt", "strides ["),
                Map.entry("overflowing_size.pt", "too large to count"),
                Map.entry("plain_pickle.pt", "bare pickle"),
                Map.entry("size_beyond_storage.pt", "the storage has 16"));
        for (Path malicious : ParityFolders.all("checkpoint/malicious")) {
            for (var entry : expected.entrySet()) {
                var file = malicious.resolve(entry.getKey());
                String message = assertThrows(CheckpointException.class, () -> TorchCheckpoint.open(file))
                        .getMessage();
                assertTrue(message.contains(entry.getValue()), message);
            }
        }
    }

    @Test
    void aFileIsReadByWhatItHoldsWhateverItIsCalled() throws IOException {
        var source = ParityFolders.all("checkpoint/mixed_legacy.pt").get(0);
        var renamed = Files.copy(source, folder.resolve("renamed.safetensors"));
        assertEquals(
                Checkpoint.open(source).tensors().keySet(),
                Checkpoint.open(renamed).tensors().keySet());
        var tensors = Files.copy(source.resolveSibling("tensors.safetensors"), folder.resolve("other.pt"));
        assertEquals(
                Safetensors.open(tensors).tensors().keySet(),
                Checkpoint.open(tensors).tensors().keySet());
        var neither = Files.write(folder.resolve("neither.pt"), new byte[100]);
        String message = assertThrows(CheckpointException.class, () -> Checkpoint.open(neither))
                .getMessage();
        assertTrue(message.contains("neither of the containers"), message);
    }

    @Test
    void rowMajorTensorsAreMappedAndNothingElseIsOnTheHeap() throws IOException {
        var checkpoint =
                TorchCheckpoint.open(ParityFolders.all("checkpoint/mixed.pt").get(0));
        for (String name : checkpoint.tensors().keySet()) {
            ByteBuffer bytes = checkpoint.bytes(name);
            assertTrue(bytes.isDirect(), name);
            assertEquals(checkpoint.info(name).isRowMajor(), bytes.isReadOnly(), name);
        }
    }

    @Test
    void weightsThatLieAtOddPlacesAreExact() throws IOException {
        for (int shift = 0; shift < 4; shift++) { // the old container aligns nothing
            var bytes = ByteBuffer.allocate(24).order(java.nio.ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < 6; i++) {
                bytes.putFloat(i + 0.5f);
            }
            var writer = new TorchFileWriter().dictionary();
            writer.pickle().value("note").value("x".repeat(shift));
            writer.tensor("w", TorchFileWriter.StoredView.floats("0", 6, 0, List.of(2L, 3L), List.of(3L, 1L)), true)
                    .tensor("t", TorchFileWriter.StoredView.floats("0", 6, 0, List.of(3L, 2L), List.of(1L, 3L)), true)
                    .endDictionary()
                    .storage("0", ElementType.FLOAT32, bytes.array());
            var file = Files.write(folder.resolve("odd" + shift + ".pt"), writer.old());
            try (var manager = NDManager.newBaseManager("PyTorch")) {
                var weights = Weights.open(file, manager);
                assertArrayEquals(
                        new float[] {0.5f, 1.5f, 2.5f, 3.5f, 4.5f, 5.5f},
                        weights.get("w", 2, 3).toFloatArray());
                assertArrayEquals(
                        new float[] {0.5f, 3.5f, 1.5f, 4.5f, 2.5f, 5.5f},
                        weights.get("t", 3, 2).toFloatArray());
            }
        }
    }
}
