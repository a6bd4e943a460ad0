package org.sola.sam2;

import org.sola.tensor.Precision;
import org.sola.tensor.Weights;

/** A whole SAM 2: the part for single images and, beside it, what carries objects from frame to frame. */
public final class Sam2 {
    private final Sam2Config config;
    private final Sam2Image image;
    private final Sam2Video video;
    private final Precision precision;

    private Sam2(Sam2Config config, Sam2Image image, Sam2Video video, Precision precision) {
        this.config = config;
        this.image = image;
        this.video = video;
        this.precision = precision;
    }

    /**
     * @param weights a whole checkpoint, under its official names. In bfloat16 ({@link Weights#withPrecision}) are the large
     *     products of the image encoder, the memory attention and the memory encoder; norms, positions, residual sums,
     *     prompts, the mask decoder and what is handed out stay float32
     */
    public static Sam2 of(Sam2Config config, Weights weights) {
        var image = Sam2Image.of(config, weights);
        return new Sam2(config, image, Sam2Video.of(image, weights), weights.precision());
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

    /** Of the large products. */
    public Precision precision() {
        return precision;
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
