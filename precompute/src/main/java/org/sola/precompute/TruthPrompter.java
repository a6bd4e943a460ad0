package org.sola.precompute;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sola.mask.Rle;

/**
 * Annotated objects as prompts: tracks of the objects themselves, for training only.
 *
 * <p>SOLA's code for choosing the frame is not published; here it is the frame where the object is largest, the earlier
 * one of two.
 */
final class TruthPrompter {
    private TruthPrompter() {}

    /**
     * A prompt for every object that is seen at least once, numbered in the objects' order.
     *
     * @param objects masks a frame by the object's id
     */
    static List<TrackPrompt> prompts(Map<String, List<Rle>> objects) {
        var prompts = new ArrayList<TrackPrompt>();
        for (var masks : objects.values()) {
            int largest = -1;
            long area = 0;
            for (int frame = 0; frame < masks.size(); frame++) {
                long candidate = masks.get(frame).areaPixels();
                if (candidate > area) {
                    area = candidate;
                    largest = frame;
                }
            }
            if (largest >= 0) {
                prompts.add(TrackPrompt.of(Track.TRUTH, largest, masks.get(largest), 1, 1)
                        .withId(prompts.size()));
            }
        }
        return List.copyOf(prompts);
    }
}
