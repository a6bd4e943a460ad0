package org.sola.video;

import org.sola.mask.Mask;

/**
 * One object to be painted over a frame.
 *
 * @param number picks the colour; the same number has the same colour in every frame, such as the track's index
 * @param mask where the object is, of the frame's size; nothing is painted where it is empty
 * @param label a few characters beside the object, or empty for none
 */
public record OverlayObject(int number, Mask mask, String label) {}
