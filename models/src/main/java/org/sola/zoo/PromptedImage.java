package org.sola.zoo;

import org.sola.image.RgbImage;
import org.sola.sam2.Prompt;

/**
 * What the zoo's SAM 2 is asked.
 *
 * @param image the image
 * @param prompt what to segment in it, in the image's pixels
 * @param multimask whether three masks are wanted, for prompts that may mean several things
 */
public record PromptedImage(RgbImage image, Prompt prompt, boolean multimask) {}
