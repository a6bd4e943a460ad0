package org.sola.infer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import org.sola.image.ImageFiles;
import org.sola.image.RgbImage;
import org.sola.mask.Mask;
import org.sola.mask.Rle;
import org.sola.video.ContactSheet;
import org.sola.video.MaskFolder;
import org.sola.video.OverlayObject;
import org.sola.video.OverlayWriter;
import org.sola.video.Video;

/**
 * What {@code sola segment} leaves for each expression: a mask PNG a frame, a video with the objects painted over
 * it, and a contact sheet. The video is read once, a frame at a time, for all expressions together.
 */
public final class SegmentOutput {
    private static final int SHEET_PICTURES = 8;
    private static final int SHEET_COLUMNS = 4;
    private static final int SHEET_WIDTH = 320;
    private static final float SHEET_QUALITY = 0.9f;
    private static final int NAME_LENGTH = 40;

    private final Path folder;

    public SegmentOutput(Path folder) {
        this.folder = folder;
    }

    /**
     * An expression and what it means.
     *
     * @param text the sentence
     * @param objects what is painted; all of them together are the answer
     */
    public record Answer(String text, List<Shown> objects) {
        public Answer {
            objects = List.copyOf(objects);
        }
    }

    /**
     * An object through a video.
     *
     * @param number its number among all that were found, which decides its colour
     * @param score what is written at it
     * @param masks one a frame
     */
    public record Shown(int number, float score, List<Rle> masks) {}

    /**
     * What was written for an expression.
     *
     * @param framesWithMask frames in which the merged mask has a pixel
     * @param files the overlay, the contact sheet and the folder of masks
     */
    public record Written(int framesWithMask, List<Path> files) {
        public Written {
            files = List.copyOf(files);
        }
    }

    /** Where the results of the expression with this position go: its number and its first words. */
    public Path folderOf(int position, String text) {
        String words =
                text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        String shortened = words.length() <= NAME_LENGTH
                ? words
                : words.substring(0, NAME_LENGTH).replaceAll("-[^-]*$", "");
        return folder.resolve((position + 1) + (shortened.isEmpty() ? "" : "-" + shortened));
    }

    /**
     * Writes everything.
     *
     * @param frameNames what the masks' files are called
     * @param frameDone told after each frame how many are done
     */
    public List<Written> write(Video video, List<String> frameNames, List<Answer> answers, IntConsumer frameDone)
            throws Exception {
        var painters = new ArrayList<Painter>();
        try (var frames = video.frames()) {
            for (int e = 0; e < answers.size(); e++) {
                painters.add(new Painter(folderOf(e, answers.get(e).text()), answers.get(e), frameNames, video));
            }
            int t = 0;
            while (frames.hasNext()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("stopped at frame " + t);
                }
                var frame = frames.next();
                for (var painter : painters) {
                    painter.paint(t, frame);
                }
                frameDone.accept(++t);
            }
            var written = new ArrayList<Written>();
            for (var painter : painters) {
                written.add(painter.finish());
            }
            return written;
        } finally {
            for (var painter : painters) {
                painter.close();
            }
        }
    }

    /** The files of one expression while they grow. */
    private static final class Painter {
        private final Path folder;
        private final Answer answer;
        private final List<String> frameNames;
        private final MaskFolder masks;
        private final OverlayWriter overlay;
        private final ContactSheet sheet;
        private final Set<Integer> framesWithMask = new TreeSet<>();

        Painter(Path folder, Answer answer, List<String> frameNames, Video video) {
            this.folder = folder;
            this.answer = answer;
            this.frameNames = frameNames;
            this.masks = new MaskFolder(folder.resolve("masks"));
            this.overlay = OverlayWriter.open(folder.resolve("overlay.mp4"), video.framesPerSecond(), answer.text());
            this.sheet = new ContactSheet(frameNames.size(), SHEET_PICTURES, SHEET_COLUMNS, SHEET_WIDTH);
        }

        void paint(int t, RgbImage frame) throws IOException {
            var merged = Mask.empty(frame.height(), frame.width());
            var objects = new ArrayList<OverlayObject>();
            for (var object : answer.objects()) {
                var mask = object.masks().get(t).decode();
                merged = merged.or(mask);
                objects.add(
                        new OverlayObject(object.number(), mask, String.format(Locale.ROOT, "%.2f", object.score())));
            }
            if (!merged.isEmpty()) {
                framesWithMask.add(t);
            }
            masks.write(frameNames.get(t), merged);
            overlay.write(frame, objects);
            if (sheet.wants(t)) {
                sheet.add(t, frame, objects);
            }
        }

        Written finish() throws IOException {
            overlay.finish();
            var picture = folder.resolve("sheet.jpg");
            ImageFiles.writeJpeg(picture, sheet.paint(answer.text()), SHEET_QUALITY);
            return new Written(
                    framesWithMask.size(), List.of(folder.resolve("overlay.mp4"), picture, folder.resolve("masks")));
        }

        void close() throws IOException {
            overlay.close();
        }
    }
}
