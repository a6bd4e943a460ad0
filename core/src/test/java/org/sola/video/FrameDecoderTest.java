package org.sola.video;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sola.image.ImageFiles;
import org.sola.image.RgbImage;

class FrameDecoderTest {
    @TempDir
    Path folder;

    /** A red quarter at the upper left of what the display matrix (a, b, c, d) shows, in a 64x96 video. */
    @ParameterizedTest
    @CsvSource({
        "1, 0, 0, 1, 64, 96, 8, 8", // as stored
        "0, 1, -1, 0, 96, 64, 8, 56", // a phone held upright: shown a quarter turn clockwise
        "-1, 0, 0, -1, 64, 96, 56, 88", // half a turn
        "0, -1, 1, 0, 96, 64, 88, 8", // a quarter turn counter-clockwise
        "-1, 0, 0, 1, 64, 96, 8, 88", // mirrored, as some front cameras do
    })
    void displayMatricesAreHonoured(int a, int b, int c, int d, int height, int width, int redY, int redX)
            throws Exception {
        Path file = folder.resolve("turned.mp4");
        try (var writer = VideoWriter.open(file, 64, 96, 25)) {
            var rgb = new byte[64 * 96 * 3];
            for (int i = 0; i < 64 * 96; i++) {
                rgb[3 * i] = (byte) (i / 96 < 32 && i % 96 < 48 ? 250 : 10);
            }
            writer.write(new RgbImage(64, 96, rgb));
            writer.finish();
        }
        byte[] bytes = Files.readAllBytes(file);
        int header = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("tkhd");
        ByteBuffer.wrap(bytes) // the matrix lies 44 bytes behind the box's name, 16.16 fixed point
                .putInt(header + 44, a << 16)
                .putInt(header + 48, b << 16)
                .putInt(header + 56, c << 16)
                .putInt(header + 60, d << 16);
        Files.write(file, bytes);
        var video = Video.open(file);
        assertEquals(height, video.height());
        assertEquals(width, video.width());
        try (var frames = video.frames()) {
            var frame = frames.next();
            assertTrue(frame.get(redY, redX, 0) > 200, "red is not at row " + redY + ", column " + redX);
            assertTrue(frame.get(height - 1 - redY, width - 1 - redX, 0) < 60);
        }
    }

    /** The colour of Y = 120, U = 90, V = 180 by the formulas of the standards. */
    @ParameterizedTest
    @CsvSource({
        "BT.601 limited, 5, 1, 204, 94, 44",
        "BT.709 limited, 1, 1, 214, 101, 41",
        "BT.709 full, 1, 2, 202, 103, 49",
        "unspecified as BT.601, 2, 0, 204, 94, 44",
    })
    void colourMatrixAndRangeOfTheFrameAreHonoured(
            String name, int colourSpace, int range, int red, int green, int blue) {
        NativeFfmpeg.load();
        AVFrame frame = avutil.av_frame_alloc();
        try (var converter = new RgbConverter()) {
            frame.format(avutil.AV_PIX_FMT_YUV444P);
            frame.height(18);
            frame.width(22);
            frame.colorspace(colourSpace);
            frame.color_range(range);
            assertEquals(0, avutil.av_frame_get_buffer(frame, 0));
            int[] values = {120, 90, 180};
            for (int plane = 0; plane < 3; plane++) {
                for (long i = 0; i < 18L * frame.linesize(plane); i++) {
                    frame.data(plane).put(i, (byte) values[plane]);
                }
            }
            var image = converter.convert(frame);
            assertEquals(18, image.height());
            assertEquals(22, image.width());
            assertEquals(red, image.get(17, 21, 0), 1);
            assertEquals(green, image.get(17, 21, 1), 1);
            assertEquals(blue, image.get(17, 21, 2), 1);
        } finally {
            avutil.av_frame_free(frame);
        }
    }

    @Test
    void aSingleImageIsAVideoOfOneFrame() throws Exception {
        Path file = folder.resolve("photo.png");
        ImageFiles.writePng(file, RgbImage.black(7, 5));
        var video = Video.open(file);
        assertEquals("photo", video.id());
        assertEquals(1, video.announcedFrames().orElseThrow());
        try (var frames = video.frames()) {
            assertEquals(7, frames.next().height());
            assertFalse(frames.hasNext());
        }
    }

    @Test
    void framesWithoutLeadingZerosComeInTheirOrder() throws Exception {
        for (int t : new int[] {1, 2, 10, 9, 100}) {
            var rgb = new byte[3 * 16];
            Arrays.fill(rgb, (byte) t);
            ImageFiles.writePng(folder.resolve("frame" + t + ".png"), new RgbImage(4, 4, rgb));
        }
        int before = 0;
        try (var frames = Video.open(folder).frames()) {
            while (frames.hasNext()) {
                int t = frames.next().get(0, 0, 0);
                assertTrue(t > before, t + " after " + before);
                before = t;
            }
        }
        assertEquals(100, before);
    }
}
