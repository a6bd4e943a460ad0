package org.sola.video;

import java.util.List;
import org.sola.image.RgbImage;

/** Paints boxes over a picture, each in a colour of its own, with a label inside its upper left corner. */
public final class BoxOverlay {
    private BoxOverlay() {}

    /**
     * A box to paint.
     *
     * @param left of its sides, in pixels, x before y; sides beyond the picture are drawn at its border
     * @param label written inside, nothing if blank
     */
    public record Labelled(double left, double top, double right, double bottom, String label) {}

    /** A copy of {@code picture} with the boxes painted; the later ones lie above. */
    public static RgbImage paint(RgbImage picture, List<Labelled> boxes) {
        var canvas = Canvas.copyOf(picture);
        int thickness = Math.max(2, Math.round(Math.min(picture.height(), picture.width()) / 240f));
        int size = Overlay.textSize(picture.height(), picture.width());
        for (int i = 0; i < boxes.size(); i++) {
            var box = boxes.get(i);
            var colour = Colour.ofObject(i);
            int left = within(box.left(), picture.width());
            int right = within(box.right(), picture.width());
            int top = within(box.top(), picture.height());
            int bottom = within(box.bottom(), picture.height());
            canvas.fill(top, left, bottom - top, thickness, colour, 1);
            canvas.fill(top, right - thickness, bottom - top, thickness, colour, 1);
            canvas.fill(top, left, thickness, right - left, colour, 1);
            canvas.fill(bottom - thickness, left, thickness, right - left, colour, 1);
            if (!box.label().isBlank()) {
                int padding = Math.max(1, size / 5);
                int width = Lettering.width(box.label(), size) + 2 * padding;
                canvas.fill(top, left, Lettering.lineHeight(size), width, colour, 1);
                Lettering.draw(canvas, box.label(), left + padding, top, size, colour.readable());
            }
        }
        return canvas.toImage();
    }

    private static int within(double place, int size) {
        return (int) Math.round(Math.max(0, Math.min(size, place)));
    }
}
