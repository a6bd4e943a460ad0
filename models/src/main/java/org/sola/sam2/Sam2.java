package org.sola.sam2;

import org.sola.tensor.Weights;

/** A whole SAM 2: the part for single images and, beside it, what carries objects from frame to frame. */
public final class Sam2 {
    private final Sam2Config config;
    private final Sam2Image image;

    private Sam2(Sam2Config config, Sam2Image image) {
        this.config = config;
        this.image = image;
    }

    /** @param weights a whole checkpoint, under its official names */
    public static Sam2 of(Sam2Config config, Weights weights) {
        return new Sam2(config, Sam2Image.of(config, weights));
    }

    public Sam2Config config() {
        return config;
    }

    /** Image encoder, prompt encoder and mask decoder. */
    public Sam2Image image() {
        return image;
    }
}
