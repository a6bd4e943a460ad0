package org.sola.sam2;

import org.sola.tensor.Weights;

/** A whole SAM 2: the part for single images and, beside it, what carries objects from frame to frame. */
public final class Sam2 {
    private final Sam2Config config;
    private final Sam2Image image;
    private final Sam2Video video;

    private Sam2(Sam2Config config, Sam2Image image, Sam2Video video) {
        this.config = config;
        this.image = image;
        this.video = video;
    }

    /** @param weights a whole checkpoint, under its official names */
    public static Sam2 of(Sam2Config config, Weights weights) {
        var image = Sam2Image.of(config, weights);
        return new Sam2(config, image, Sam2Video.of(image, weights));
    }

    /**
     * Whether official checkpoints hold {@code parameter} though no part of the network reads it: {@code
     * no_mem_pos_enc}, which the original makes and never uses. For {@link Weights#requireAllUsed}.
     */
    public static boolean isUnread(String parameter) {
        return parameter.equals("no_mem_pos_enc");
    }

    public Sam2Config config() {
        return config;
    }

    /** Image encoder, prompt encoder and mask decoder. */
    public Sam2Image image() {
        return image;
    }

    /** Memory attention, memory encoder and the head with its object pointers. */
    public Sam2Video video() {
        return video;
    }
}
