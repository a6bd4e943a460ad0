package org.sola.zoo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.image.ImageFiles;
import org.sola.image.RgbImage;
import org.sola.mask.Mask;
import org.sola.sam2.FrameResult;
import org.sola.sam2.Prompt;

class VideoZooTest {
    private static final int HEIGHT = 90;
    private static final int WIDTH = 120;
    private static final int FRAMES = 6;

    @TempDir
    private Path folder;

    /** A bright square that moves to the right. */
    @BeforeEach
    void drawFrames() throws IOException {
        for (int frame = 0; frame < FRAMES; frame++) {
            var pixels = new byte[HEIGHT * WIDTH * 3];
            for (int y = 25; y < 65; y++) {
                int left = 20 + 4 * frame;
                Arrays.fill(pixels, (y * WIDTH + left) * 3, (y * WIDTH + left + 40) * 3, (byte) 220);
            }
            ImageFiles.writePng(folder.resolve("000" + frame + ".png"), new RgbImage(HEIGHT, WIDTH, pixels));
        }
    }

    private static Mask square(int frame) {
        return Mask.of(HEIGHT, WIDTH, (y, x) -> y >= 25 && y < 65 && x >= 20 + 4 * frame && x < 60 + 4 * frame);
    }

    private static double iou(Mask a, Mask b) {
        return org.sola.mask.Rle.encode(a).iou(org.sola.mask.Rle.encode(b));
    }

    private static ZooModel<PromptedVideo, FollowedVideo> model() throws Exception {
        return Criteria.builder()
                .setTypes(PromptedVideo.class, FollowedVideo.class)
                .optGroupId(SolaModelZoo.GROUP_ID)
                .optArtifactId("sam2.1-nano")
                .build()
                .loadModel();
    }

    @Test
    void theExampleOfTheDocumentationIsThisOneAndRuns() throws Exception {
        var home = Path.of(System.getProperty("sola.home"));
        String documented = Files.readString(home.resolve("docs/models.md"));
        int start = documented.indexOf("```java\nCriteria<PromptedVideo") + "```java\n".length();
        String example = documented.substring(start).replaceFirst("(?s)```.*", "");
        String source = Files.readString(home.resolve("models/src/test/java/org/sola/zoo/VideoZooExample.java"));
        assertTrue(unindented(source).contains(unindented(example)), example);

        var masks = VideoZooExample.masks(folder, 40, 45);
        assertEquals(List.of(0, 1, 2, 3, 4, 5), List.copyOf(masks.keySet()));
        masks.forEach((frame, mask) -> assertTrue(iou(mask, square(frame)) > 0.5, "frame " + frame));
    }

    private static String unindented(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n"));
    }

    @Test
    void framesComeOnceEachForwardThenBackAndNothingIsLeftBehind() throws Exception {
        try (var model = model();
                var predictor = model.newPredictor()) {
            int before = 0;
            for (int round = 0; round < 3; round++) {
                try (var video =
                        predictor.predict(PromptedVideo.of(folder).with(7, 2, new Prompt.MaskPrompt(square(2))))) {
                    assertEquals(FRAMES, video.frameCount());
                    var results = video.frames().toList();
                    assertEquals(
                            List.of(2, 3, 4, 5, 1, 0),
                            results.stream().map(FrameResult::frame).toList());
                    for (var result : results) {
                        double iou = iou(result.mask(7).orElseThrow(), square(result.frame()));
                        assertTrue(iou > 0.6, "frame " + result.frame() + ": " + iou);
                    }
                    var corrected = video.session().add(7, 5, new Prompt.MaskPrompt(square(4)));
                    assertTrue(iou(square(4), corrected.mask(7).orElseThrow()) > 0.95);
                }
                int now = model.getNDManager().getManagedArrays().size();
                assertTrue(round == 0 || now == before, "arrays left behind: " + (now - before));
                before = now;
            }
        }
    }

    private static String refused(
            ai.djl.inference.Predictor<PromptedVideo, FollowedVideo> predictor, PromptedVideo asked) {
        var error = assertThrows(TranslateException.class, () -> predictor.predict(asked));
        return error.getCause() == null ? error.getMessage() : error.getCause().getMessage();
    }

    @Test
    void aVideoThatCannotBeFollowedIsRefusedAndLeavesNothing() throws Exception {
        var video = PromptedVideo.of(folder);
        try (var model = model();
                var predictor = model.newPredictor()) {
            predictor.predict(video.with(1, 0, Prompt.point(40, 45))).close();
            int before = model.getNDManager().getManagedArrays().size();
            assertTrue(refused(predictor, video).contains("PromptedVideo.with"));
            assertTrue(
                    refused(predictor, video.with(1, 6, Prompt.point(40, 45))).contains("frames 0 to 5"));
            assertTrue(
                    refused(predictor, video.with(1, 0, Prompt.point(40, 95))).contains("90"));
            assertEquals(before, model.getNDManager().getManagedArrays().size());
        }
    }
}
