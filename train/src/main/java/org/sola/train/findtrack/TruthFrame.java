package org.sola.train.findtrack;

import org.sola.image.RgbImage;
import org.sola.mask.Mask;

/**
 * A frame of a data set with what an expression means in it.
 *
 * @param pieces the expression's word pieces, ends included
 * @param image the frame
 * @param truth what is meant, perhaps nothing
 */
@SuppressWarnings("ArrayRecordComponent")
record TruthFrame(long[] pieces, RgbImage image, Mask truth) {}
