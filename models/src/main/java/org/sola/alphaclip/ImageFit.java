package org.sola.alphaclip;

/** How an image becomes the square that the network reads; its mask is always squashed to the same size. */
public enum ImageFit {
    /**
     * The shorter side is resized, the middle is cut out, as CLIP does. Where the image is not square, the mask then does
     * not lie on what it covers: so Alpha-CLIP is used by FindTrack.
     */
    CENTRE_CROP,
    /** The whole image is squashed, so that image and mask agree. */
    SQUASH
}
