package org.sola.cutie;

import org.sola.mask.Mask;

/**
 * An object on a frame.
 *
 * @param objectId the caller's name of the object
 * @param mask its pixels, at the video's size
 */
public record ObjectMask(int objectId, Mask mask) {}
