package org.sola.findtrack;

import org.sola.mask.Rle;

/**
 * Where an expression's object is followed from.
 *
 * @param frame index of the frame
 * @param mask the object there, at the video's size
 */
public record KeyFrame(int frame, Rle mask) {}
