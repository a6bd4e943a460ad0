package org.sola.evaluate;

import java.util.List;

/**
 * How well the tracks cover the annotated objects of a data set.
 *
 * @param recall mean over the objects of the best track's mean IoU (0..1)
 * @param occlusions how often an object was hidden for 1 to 5 frames while a track was on it (mean IoU of at least 0.5
 *     over up to 5 frames before)
 * @param survived how often that track was on it again (the same over up to 5 frames after)
 */
public record TrackCoverage(double recall, int occlusions, int survived) {
    static TrackCoverage of(List<ObjectCoverage> objects) {
        return new TrackCoverage(
                objects.stream().mapToDouble(ObjectCoverage::bestIou).average().orElse(0),
                objects.stream().mapToInt(ObjectCoverage::occlusions).sum(),
                objects.stream().mapToInt(ObjectCoverage::survived).sum());
    }
}
