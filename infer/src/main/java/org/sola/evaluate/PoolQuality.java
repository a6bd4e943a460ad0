package org.sola.evaluate;

import java.util.List;

/**
 * What selections that know nothing, or everything, reach on the tracks of one expression.
 *
 * @param oracle the best selection there is
 * @param oracleTracks the tracks that it takes
 * @param allTracks every track selected
 * @param random one track drawn with equal chances
 */
public record PoolQuality(Quality oracle, List<Integer> oracleTracks, Quality allTracks, Quality random) {
    public PoolQuality {
        oracleTracks = List.copyOf(oracleTracks);
    }
}
