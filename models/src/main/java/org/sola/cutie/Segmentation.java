package org.sola.cutie;

import java.util.List;
import java.util.stream.IntStream;
import org.sola.mask.Mask;

/**
 * A frame divided among background and objects, at the video's size.
 *
 * @param objects in order of arrival
 * @param height rows
 * @param width columns
 * @param shares per pixel of 0..1, map by map, the background's first: {@code shares[(1 + k) * height * width + y * width
 *     + x]} for the k-th object. Not to be changed
 */
@SuppressWarnings("ArrayRecordComponent")
public record Segmentation(List<Integer> objects, int height, int width, float[] shares) {
    public Segmentation {
        objects = List.copyOf(objects);
    }

    /** The objects' masks: pixels of which they have the largest share, the background before them, then the first. */
    public List<ObjectMask> masks() {
        int pixels = height * width;
        var most = new float[pixels];
        System.arraycopy(shares, 0, most, 0, pixels);
        var owners = new int[pixels];
        for (int k = 1; k <= objects.size(); k++) {
            for (int i = 0, at = k * pixels; i < pixels; i++, at++) {
                if (shares[at] > most[i]) {
                    most[i] = shares[at];
                    owners[i] = k;
                }
            }
        }
        return IntStream.range(0, objects.size())
                .mapToObj(k -> new ObjectMask(
                        objects.get(k), Mask.of(height, width, (y, x) -> owners[y * width + x] == k + 1)))
                .toList();
    }
}
