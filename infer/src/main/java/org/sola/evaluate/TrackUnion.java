package org.sola.evaluate;

import java.util.ArrayList;
import java.util.List;
import org.sola.mask.Mask;
import org.sola.mask.Rle;

/** The merge of selected tracks: a pixel belongs to it when it belongs to any of them. */
public final class TrackUnion {
    private TrackUnion() {}

    /**
     * One mask a frame.
     *
     * @param tracks one mask a frame each
     * @param nothing the clip of empty masks that an empty selection stands for
     */
    public static List<Rle> of(List<List<Rle>> tracks, List<Rle> nothing) {
        if (tracks.isEmpty()) {
            return nothing;
        }
        if (tracks.size() == 1) {
            return tracks.get(0);
        }
        var union = new ArrayList<Rle>(nothing.size());
        for (int t = 0; t < nothing.size(); t++) {
            int frame = t;
            var visible = tracks.stream()
                    .map(track -> track.get(frame))
                    .filter(mask -> !mask.isEmpty())
                    .toList();
            union.add(
                    visible.isEmpty()
                            ? nothing.get(t)
                            : visible.size() == 1
                                    ? visible.get(0)
                                    : Rle.encode(visible.stream()
                                            .map(Rle::decode)
                                            .reduce(Mask::or)
                                            .orElseThrow()));
        }
        return List.copyOf(union);
    }
}
