package org.sola.zoo;

import java.util.List;
import org.sola.groundingdino.DetectionRule;
import org.sola.image.RgbImage;

/**
 * An image and what is looked for in it by a detector that reads captions.
 *
 * @param captions phrases that end with a full stop, as {@code "a cat . a dog ."}; the image is encoded once for all of them
 * @param rule what counts as found
 */
public record CaptionedImage(RgbImage image, List<String> captions, DetectionRule rule) {
    public CaptionedImage {
        captions = List.copyOf(captions);
    }

    /** One caption, found by the thresholds of SOLA's pipeline. */
    public CaptionedImage(RgbImage image, String caption) {
        this(image, List.of(caption), DetectionRule.sola());
    }
}
