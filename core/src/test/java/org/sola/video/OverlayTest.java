package org.sola.video;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.image.RgbImage;
import org.sola.mask.Mask;

class OverlayTest {
    private static final Mask SQUARE = Mask.of(64, 64, (y, x) -> y >= 20 && y < 40 && x >= 20 && x < 40);

    @Test
    void onlyTheObjectIsPainted() {
        var frame = RgbImage.black(64, 64);
        var painted = Overlay.paint(frame, List.of(new OverlayObject(0, SQUARE, "")));
        var colour = Colour.ofObject(0);
        assertEquals(0, painted.get(19, 30, 0));
        assertEquals(colour.red(), painted.get(20, 30, 0), "the contour has the object's colour");
        assertEquals(Math.round(colour.red() * 0.42f), painted.get(30, 30, 0), "the inside is tinted");
        assertEquals(0, frame.get(30, 30, 0), "the frame itself stays");
    }

    @Test
    void anEmptyMaskChangesNothing() {
        var frame = VideoWriterTest.patches(64, 64, 0);
        var painted = Overlay.paint(frame, List.of(new OverlayObject(3, Mask.empty(64, 64), "gone")));
        assertArrayEquals(frame.rgb(), painted.rgb());
    }

    @Test
    void objectsAndLabelsAtTheBordersStayInside() {
        var everywhere = Mask.of(17, 13, (y, x) -> true);
        var painted = Overlay.paint(
                RgbImage.black(17, 13),
                List.of(
                        new OverlayObject(0, everywhere, "a label much wider than the frame"),
                        new OverlayObject(1, everywhere, "another")));
        assertEquals(17 * 13 * 3, painted.rgb().length);
    }

    @Test
    void aMaskOfAnotherSizeIsRefused() {
        var objects = List.of(new OverlayObject(0, SQUARE, ""));
        assertThrows(IllegalArgumentException.class, () -> Overlay.paint(RgbImage.black(64, 65), objects));
    }

    @Test
    void coloursOfManyObjectsDiffer() {
        var colours = new HashSet<Colour>();
        for (int i = 0; i < 60; i++) {
            colours.add(Colour.ofObject(i));
        }
        assertEquals(60, colours.size());
    }

    @Test
    void aCaptionGrowsTheFrameAndIsWrapped() {
        var frame = RgbImage.black(100, 200);
        assertSame(frame, Overlay.caption(frame, " "));
        int oneLine = Overlay.caption(frame, "the dog").height();
        int threeLines =
                Overlay.caption(frame, "the dog that turns back ".repeat(40)).height();
        assertTrue(oneLine > 100);
        assertTrue(threeLines > oneLine + 20 && threeLines < 180, "height " + threeLines);
    }

    @Test
    void textFitsItsWidthAndUnknownLettersAreMarked() {
        var lines = Lettering.wrap("Donaudampfschifffahrtsgesellschaft und mehr davon", 14, 120, 2);
        assertEquals(2, lines.size());
        lines.forEach(line -> assertTrue(Lettering.width(line, 14) <= 120, line));
        assertEquals(Lettering.width("?", 14), Lettering.width("\u72d7", 14));
        assertNotEquals(Lettering.width("?", 14), Lettering.width("\u00e9\u00e8", 14));
        assertEquals(List.of(""), Lettering.wrap("", 14, 120, 2));
    }

    @Test
    void aContactSheetHasEvenlySpacedFrames() {
        var sheet = new ContactSheet(30, 4, 2, 80);
        var taken = new java.util.ArrayList<Integer>();
        for (int t = 0; t < 30; t++) {
            if (sheet.wants(t)) {
                sheet.add(t, VideoWriterTest.patches(90, 160, t), List.of());
                taken.add(t);
            }
        }
        assertEquals(List.of(0, 10, 19, 29), taken);
        var image = sheet.paint("the patch that moves");
        assertEquals(2 * 80 + 3 * 6, image.width());
        assertTrue(image.height() > 2 * 45 + 3 * 6);
    }

    @Test
    void aShortVideoFillsASmallerSheet() {
        var sheet = new ContactSheet(1, 8, 4, 80);
        assertThrows(IllegalStateException.class, () -> sheet.paint(""));
        sheet.add(0, RgbImage.black(45, 80), List.of());
        assertEquals(80 + 2 * 6, sheet.paint("").width());
        assertThrows(IllegalArgumentException.class, () -> sheet.add(1, RgbImage.black(45, 80), List.of()));
    }

    @Test
    void anOverlayVideoHasEveryFrame(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("overlay.mp4");
        try (var writer = OverlayWriter.open(file, 10, "the square")) {
            for (int t = 0; t < 6; t++) {
                writer.write(RgbImage.black(64, 64), List.of(new OverlayObject(1, SQUARE, "1")));
            }
            writer.finish();
        }
        var video = Video.open(file);
        assertEquals(6, video.announcedFrames().orElseThrow());
        try (var frames = video.frames()) {
            var frame = frames.next();
            assertTrue(frame.get(32, 32, 2) > frame.get(32, 32, 0) + 30, "the blue tint is there");
        }
    }
}
