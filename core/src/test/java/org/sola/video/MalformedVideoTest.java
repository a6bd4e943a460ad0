package org.sola.video;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sola.image.ImageFiles;
import org.sola.image.RgbImage;

/** A test for every way a video can be wrong; each error names the file, none leaves a decoder open. */
class MalformedVideoTest {
    @TempDir
    Path folder;

    @AfterEach
    void noDecoderIsLeftOpen() {
        assertEquals(0, FrameDecoder.openCount());
    }

    private static void readAll(Path file) throws IOException {
        try (var pass = Video.open(file).frames()) {
            while (pass.hasNext()) {
                pass.next();
            }
        }
    }

    private static String refusal(Path file) {
        var error = assertThrows(VideoException.class, () -> readAll(file));
        assertTrue(error.getMessage().startsWith(file.toString()), error.getMessage());
        return error.getMessage();
    }

    @Test
    void aFileThatIsNotThere() {
        assertTrue(refusal(folder.resolve("none.mp4")).contains("does not exist"));
    }

    @Test
    void anEmptyFile() throws Exception {
        assertTrue(refusal(Files.createFile(folder.resolve("empty.mp4"))).contains("cannot be decoded"));
    }

    @Test
    void textNamedMp4() throws Exception {
        assertTrue(refusal(Files.writeString(folder.resolve("text.mp4"), "no video\n".repeat(500)))
                .contains("cannot be decoded"));
    }

    @Test
    void noiseNamedMp4() throws Exception {
        var noise = new byte[100_000];
        new Random(4).nextBytes(noise);
        refusal(Files.write(folder.resolve("noise.mp4"), noise));
    }

    @Test
    void aPlaylistDoesNotReachTheNetwork() throws Exception {
        refusal(Files.writeString(
                folder.resolve("list.m3u8"),
                "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n"));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.1, 0.3, 0.5, 0.8, 0.95, 0.999})
    void aTruncatedVideoIsNotTakenForAShorterOne(double kept) throws Exception {
        byte[] whole = Files.readAllBytes(VideoWriterTest.write(folder.resolve("whole.mp4"), 90, 160, 40, 25));
        Path cut = folder.resolve("cut.mp4");
        Files.write(cut, Arrays.copyOf(whole, (int) (kept * whole.length)));
        refusal(cut);
    }

    @Test
    void anEmptyFolder() throws Exception {
        assertTrue(refusal(Files.createDirectory(folder.resolve("frames"))).contains("holds no .jpg, .jpeg or .png"));
    }

    @Test
    void aFolderOfOtherFiles() throws Exception {
        Path frames = Files.createDirectory(folder.resolve("frames"));
        Files.writeString(frames.resolve("notes.txt"), "no frames");
        ImageFiles.writePng(frames.resolve(".hidden.png"), RgbImage.black(4, 4));
        refusal(frames);
    }

    @Test
    void aFrameOfAnotherSizeIsNamed() throws Exception {
        ImageFiles.writePng(folder.resolve("a.png"), RgbImage.black(4, 4));
        ImageFiles.writePng(folder.resolve("b.png"), RgbImage.black(4, 5));
        var error = assertThrows(VideoException.class, () -> readAll(folder));
        assertTrue(error.getMessage().contains("b.png is 5x4"), error.getMessage());
    }
}
