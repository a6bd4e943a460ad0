package org.sola.image;

import java.awt.image.IndexColorModel;

/** The palette of DAVIS and PASCAL VOC: the bits of an object's number, spread over red, green and blue. */
final class LabelColours {
    private static final int COLOURS = 256;

    private LabelColours() {}

    static IndexColorModel palette() {
        var red = new byte[COLOURS];
        var green = new byte[COLOURS];
        var blue = new byte[COLOURS];
        for (int label = 0; label < COLOURS; label++) {
            for (int bit = 0; bit < 8; bit++) {
                int rest = label >> 3 * bit;
                red[label] |= (byte) ((rest & 1) << 7 - bit);
                green[label] |= (byte) ((rest >> 1 & 1) << 7 - bit);
                blue[label] |= (byte) ((rest >> 2 & 1) << 7 - bit);
            }
        }
        return new IndexColorModel(8, COLOURS, red, green, blue);
    }
}
