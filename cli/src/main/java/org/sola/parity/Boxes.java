package org.sola.parity;

import org.sola.mask.Rle;

/** Boxes as the cases write them. */
final class Boxes {
    private Boxes() {}

    /** {@code [x,y,width,height]}, zeros for an empty mask. */
    static String of(Rle mask) {
        return mask.boundingBox()
                .map(box -> "[" + box.x0() + "," + box.y0() + "," + box.width() + "," + box.height() + "]")
                .orElse("[0,0,0,0]");
    }
}
