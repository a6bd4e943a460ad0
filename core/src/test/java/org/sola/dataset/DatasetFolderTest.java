package org.sola.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.image.ImageFiles;
import org.sola.image.RgbImage;
import org.sola.mask.LabelMap;

/** Splits by their paths, and the rules of Ref-YouTube-VOS, on a set written here. */
class DatasetFolderTest {
    private static final String TWO_VIDEOS =
            """
            {"videos": {"a": {"expressions": {"0": {"exp": "x", "obj_id": "2"}}, "frames": ["00005", "00000"]},
                        "b": {"expressions": {"0": {"exp": "y"}}, "frames": ["00000"]}}}""";
    private static final String ONE_VIDEO =
            """
            {"videos": {"b": {"expressions": {"0": {"exp": "y"}}, "frames": ["00000"]}}}""";

    @TempDir
    private Path folder;

    @BeforeEach
    void writeSet() throws IOException {
        for (String split : List.of("train", "valid", "test")) {
            var file = folder.resolve("set/meta_expressions/" + split + "/meta_expressions.json");
            Files.createDirectories(file.getParent());
            Files.writeString(file, split.equals("test") ? ONE_VIDEO : TWO_VIDEOS);
        }
        for (String frame : List.of("00000", "00005")) {
            var image = folder.resolve("set/train/JPEGImages/a/" + frame + ".jpg");
            var labels = folder.resolve("set/train/Annotations/a/" + frame + ".png");
            Files.createDirectories(image.getParent());
            Files.createDirectories(labels.getParent());
            ImageFiles.writeJpeg(image, RgbImage.black(2, 3), 0.9f);
            byte late = (byte) (frame.equals("00005") ? 2 : 0);
            ImageFiles.writeLabelsPng(labels, LabelMap.of(2, 3, new byte[] {1, 1, late, 0, 0, (byte) LabelMap.VOID}));
        }
    }

    @Test
    void validationIsWhatOnlyValidLists() {
        var valid = ReferringDataset.open(folder.resolve("set/valid"));
        assertEquals(Layout.REF_YOUTUBE_VOS, valid.layout());
        assertEquals(
                List.of("a"), valid.videos().stream().map(ReferringVideo::id).toList());
        assertFalse(valid.hasMasks());
        assertEquals(
                2, ReferringDataset.open(folder.resolve("set/train")).videos().size());
    }

    @Test
    void framesAreSortedAndAnObjectMayAppearLate() {
        var train = ReferringDataset.open(folder.resolve("set/train"));
        var video = train.video("a");
        assertEquals(List.of("00000", "00005"), video.frameNames());
        var truth = train.truth(video, video.expressions().get(0), 2, 3);
        assertEquals(
                List.of(0L, 1L), truth.stream().map(mask -> mask.areaPixels()).toList());
        assertEquals(1, train.ignored(video, 2, 3).get(1).areaPixels());
        assertEquals(1, train.withFrames().videos().size());
        assertTrue(train.withFrames().problems().get(0).toString().contains("video b"));
    }

    @Test
    void aMaskOfAnotherSizeThanTheFrameIsNamed() {
        var train = ReferringDataset.open(folder.resolve("set/train"));
        var refusal = assertThrows(DatasetException.class, () -> train.annotation(train.video("a"), "1", 4, 3));
        assertTrue(refusal.getMessage().contains("2x3") && refusal.getMessage().contains("4x3"), refusal.getMessage());
    }

    @Test
    void aWholeDataSetAsksForOneOfItsSplits() {
        var refusal = assertThrows(DatasetException.class, () -> ReferringDataset.open(folder.resolve("set")));
        assertTrue(refusal.getMessage().contains("train, valid, test"), refusal.getMessage());
        assertThrows(DatasetException.class, () -> ReferringDataset.open(folder.resolve("set/other")));
    }
}
