package org.sola.precompute;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.sola.mask.Rle;

/**
 * The mask on one frame that a track starts from.
 *
 * @param id position among the video's prompts of the same source, largest area first
 * @param source {@link Track#GRID}, {@link Track#BOX} or {@link Track#TRUTH}
 * @param frame index of the prompt's frame
 * @param mask the mask at the video's size
 * @param predictedIou the network's own estimate of the mask's quality, 0..1; 1 for an annotated mask
 * @param stability IoU of the mask at a higher and a lower cut, 0..1; 1 for an annotated mask
 * @param expression id of the expression whose detection gave the prompt, empty when it serves every expression
 */
public record TrackPrompt(
        int id, String source, int frame, Rle mask, double predictedIou, double stability, String expression) {

    /** A prompt that serves every expression and has no number yet. */
    public static TrackPrompt of(String source, int frame, Rle mask, double predictedIou, double stability) {
        return new TrackPrompt(0, source, frame, mask, predictedIou, stability, "");
    }

    /** The same prompt under another number. */
    public TrackPrompt withId(int newId) {
        return new TrackPrompt(newId, source, frame, mask, predictedIou, stability, expression);
    }

    /** Sorts by area, largest first, equal areas in the order given, and numbers the prompts by their new position. */
    public static List<TrackPrompt> numberedByArea(List<TrackPrompt> prompts) {
        var sorted = prompts.stream()
                .sorted(Comparator.comparingLong(
                                (TrackPrompt prompt) -> prompt.mask().areaPixels())
                        .reversed())
                .toList();
        return IntStream.range(0, sorted.size())
                .mapToObj(i -> sorted.get(i).withId(i))
                .toList();
    }
}
