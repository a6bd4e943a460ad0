package org.sola.zoo;

import java.util.List;
import org.sola.image.RgbImage;

/**
 * An image and what is looked for in it.
 *
 * @param expressions each gets a mask; the image is encoded once for all
 */
public record ReferredImage(RgbImage image, List<String> expressions) {
    public ReferredImage {
        expressions = List.copyOf(expressions);
    }

    /** One expression. */
    public ReferredImage(RgbImage image, String expression) {
        this(image, List.of(expression));
    }
}
