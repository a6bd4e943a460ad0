package org.sola.infer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.sola.evaluate.TrackUnion;
import org.sola.mask.Rle;

/**
 * Which tracks an expression means: those whose probability is above the threshold, merged to one mask a frame (SOLA,
 * section 3.4). No track above it means nothing: empty masks.
 *
 * @param probabilities the sigmoid of the selector's score of every track, 0..1
 * @param chosen indices of the selected tracks in rising order
 */
@SuppressWarnings("ArrayRecordComponent")
public record Selection(float[] probabilities, List<Integer> chosen) {
    /** The published threshold. */
    public static final float THRESHOLD = 0.5f;

    public Selection {
        chosen = List.copyOf(chosen);
    }

    /** Selects every track whose probability is strictly above {@code threshold}. */
    public static Selection of(float[] probabilities, float threshold) {
        var chosen = new ArrayList<Integer>();
        for (int i = 0; i < probabilities.length; i++) {
            if (probabilities[i] > threshold) {
                chosen.add(i);
            }
        }
        return new Selection(probabilities, chosen);
    }

    /** The union of the chosen tracks, one mask a frame of the given size. */
    public List<Rle> masks(List<List<Rle>> tracks, int frames, int height, int width) {
        var nothing = Collections.nCopies(frames, Rle.empty(height, width));
        return TrackUnion.of(chosen.stream().map(tracks::get).toList(), nothing);
    }
}
