package org.sola.video;

import java.util.ArrayList;
import java.util.List;
import org.sola.image.Filter;
import org.sola.image.Resize;
import org.sola.image.RgbImage;

/**
 * A grid of evenly spaced frames on one picture, with a caption above. Frames are offered in one pass over the video
 * and shrunk at once, so only small pictures are held.
 */
public final class ContactSheet {
    private static final int GAP = 6;
    private static final int NUMBER_SIZE = 11;

    private final int[] frames;
    private final int columns;
    private final int cellWidth;
    private final List<RgbImage> cells = new ArrayList<>();

    /**
     * @param frameCount frames of the video
     * @param cells pictures wanted; the first and the last frame are among them, a short video has fewer
     * @param columns pictures side by side
     * @param cellWidth width of a picture in pixels
     */
    public ContactSheet(int frameCount, int cells, int columns, int cellWidth) {
        if (frameCount < 1 || cells < 1 || columns < 1 || cellWidth < 16) {
            throw new IllegalArgumentException("a contact sheet of " + cells + " pictures " + cellWidth
                    + " pixels wide in " + columns + " columns of " + frameCount + " frames cannot be made");
        }
        this.frames = evenlySpaced(frameCount, cells);
        this.columns = Math.min(columns, frames.length);
        this.cellWidth = cellWidth;
    }

    private static int[] evenlySpaced(int frameCount, int cells) {
        int n = Math.min(frameCount, cells);
        var frames = new int[n];
        for (int i = 0; i < n; i++) {
            frames[i] = n == 1 ? 0 : (int) Math.round((double) i * (frameCount - 1) / (n - 1));
        }
        return frames;
    }

    /** Whether this frame is on the sheet and comes next; then {@link #add} it. */
    public boolean wants(int frame) {
        return cells.size() < frames.length && frames[cells.size()] == frame;
    }

    /** Adds the frame that is wanted; it is painted after it was shrunk, so that contours and labels keep their size. */
    public void add(int frame, RgbImage image, List<OverlayObject> objects) {
        if (!wants(frame)) {
            throw new IllegalArgumentException("frame " + frame + " is not the next one of the contact sheet");
        }
        int height = Math.max(1, Math.round((float) image.height() * cellWidth / image.width()));
        var small = Resize.image(image, height, cellWidth, Filter.BICUBIC_ANTIALIASED);
        var painted = Overlay.paint(
                small,
                objects.stream()
                        .map(o -> new OverlayObject(o.number(), o.mask().resizeNearest(height, cellWidth), o.label()))
                        .toList());
        var canvas = Canvas.copyOf(painted);
        String text = "frame " + frame;
        int rows = Lettering.lineHeight(NUMBER_SIZE);
        canvas.fill(height - rows, 0, rows, Lettering.width(text, NUMBER_SIZE) + 8, Colour.INK, 0.7f);
        Lettering.draw(canvas, text, 4, height - rows, NUMBER_SIZE, Colour.WHITE);
        cells.add(canvas.toImage());
    }

    /** The sheet with what was added so far; all pictures must have had one size. */
    public RgbImage paint(String caption) {
        if (cells.isEmpty()) {
            throw new IllegalStateException("no frame was added to the contact sheet");
        }
        int cellHeight = cells.stream().mapToInt(RgbImage::height).max().orElseThrow();
        int rows = (cells.size() + columns - 1) / columns;
        int width = columns * cellWidth + (columns + 1) * GAP;
        int size = 16;
        var lines = caption.isBlank() ? List.<String>of() : Lettering.wrap(caption, size, width - 2 * GAP, 3);
        int head = lines.isEmpty() ? 0 : lines.size() * Lettering.lineHeight(size) + GAP;
        var canvas = Canvas.filled(head + rows * cellHeight + (rows + 1) * GAP, width, Colour.WHITE);
        for (int i = 0; i < lines.size(); i++) {
            Lettering.draw(canvas, lines.get(i), GAP, GAP + i * Lettering.lineHeight(size), size, Colour.INK);
        }
        for (int i = 0; i < cells.size(); i++) {
            int top = head + GAP + i / columns * (cellHeight + GAP);
            canvas.place(cells.get(i), top, GAP + i % columns * (cellWidth + GAP));
        }
        return canvas.toImage();
    }
}
