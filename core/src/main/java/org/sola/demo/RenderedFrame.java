package org.sola.demo;

import java.util.ArrayList;
import java.util.List;
import org.sola.image.RgbImage;
import org.sola.mask.Mask;

/**
 * A painted frame and whose pixel each pixel is; immutable.
 *
 * @param image the picture
 * @param owners row by row, the id of the object seen at each pixel (as a byte without sign), 0 for none; the array
 *     is not to be written to
 * @param wholePixels per object (by id - 1) about how many pixels it would have if nothing hid it and the frame had no
 *     edges
 */
@SuppressWarnings("ArrayRecordComponent")
public record RenderedFrame(RgbImage image, byte[] owners, List<Double> wholePixels) {
    public RenderedFrame {
        wholePixels = List.copyOf(wholePixels);
    }

    /** Number of objects, visible or not. */
    public int objects() {
        return wholePixels.size();
    }

    /** The visible pixels of the object with the given id (from 1). */
    public Mask mask(int id) {
        int width = image.width();
        return Mask.of(image.height(), width, (y, x) -> (owners[y * width + x] & 0xFF) == id);
    }

    /** The visible pixels of every object, by id - 1; empty masks included. */
    public List<Mask> masks() {
        var masks = new ArrayList<Mask>();
        for (int id = 1; id <= objects(); id++) {
            masks.add(mask(id));
        }
        return List.copyOf(masks);
    }

    /** Number of visible pixels per object, by id - 1. */
    public int[] visiblePixels() {
        var counts = new int[objects()];
        for (byte owner : owners) {
            if (owner != 0) {
                counts[(owner & 0xFF) - 1]++;
            }
        }
        return counts;
    }

    /** Share of every object that is seen, 0..1, by id - 1; exact to about a pixel along its edge. */
    public double[] visibleShares() {
        var visible = visiblePixels();
        var shares = new double[visible.length];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = wholePixels.get(i) < 1 ? 0 : Math.min(1, visible[i] / wholePixels.get(i));
        }
        return shares;
    }
}
