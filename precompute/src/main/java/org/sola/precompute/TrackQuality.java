package org.sola.precompute;

import java.util.Collection;
import java.util.List;
import org.sola.mask.Mask;
import org.sola.mask.Rle;

/**
 * How well tracks follow annotated objects: per frame IoU, precision and recall, averaged over all frames of the video
 * (SOLA, {@code compute_mask_metrics}). Frames in which neither has a pixel agree.
 *
 * @param iou mean IoU, 0..1; 1 on frames where both are empty
 * @param precision mean share of the track inside the object; 1 where the track is empty
 * @param recall mean share of the object inside the track; 1 where the object is not seen
 */
public record TrackQuality(double iou, double precision, double recall) {

    /** A track against an object; both have one mask a frame. */
    public static TrackQuality of(List<Rle> track, List<Rle> object, MaskComparison comparison) {
        if (track.size() != object.size() || track.isEmpty()) {
            throw new IllegalArgumentException("a track of " + track.size() + " frames and an object of "
                    + object.size() + " frames cannot be compared");
        }
        double iou = 0;
        double precision = 0;
        double recall = 0;
        for (int t = 0; t < track.size(); t++) {
            var areas = areas(track.get(t), object.get(t), comparison);
            long union = areas.track() + areas.object() - areas.both();
            iou += union == 0 ? 1 : (double) areas.both() / union;
            precision += areas.track() == 0 ? 1 : (double) areas.both() / areas.track();
            recall += areas.object() == 0 ? 1 : (double) areas.both() / areas.object();
        }
        int frames = track.size();
        return new TrackQuality(iou / frames, precision / frames, recall / frames);
    }

    private record Areas(long track, long object, long both) {}

    private static Areas areas(Rle track, Rle object, MaskComparison comparison) {
        if (comparison == MaskComparison.NATIVE || (track.isEmpty() && object.isEmpty())) {
            return new Areas(track.areaPixels(), object.areaPixels(), track.intersectionPixels(object));
        }
        Mask a = comparison.track(track.decode());
        Mask b = comparison.track(object.decode());
        return new Areas(a.areaPixels(), b.areaPixels(), a.intersectionPixels(b));
    }

    /** Mean IoU of every track (rows) with every object (columns). */
    public static double[][] ious(
            List<Track> tracks, Collection<? extends List<Rle>> objects, MaskComparison comparison) {
        return tracks.stream()
                .map(track -> objects.stream()
                        .mapToDouble(
                                object -> of(track.masks(), object, comparison).iou())
                        .toArray())
                .toArray(double[][]::new);
    }

    /** Track recall: the mean over objects of the best track's mean IoU; 0 for an object without any track. */
    public static double recall(List<Track> tracks, Collection<? extends List<Rle>> objects) {
        return objects.stream()
                .mapToDouble(object -> tracks.stream()
                        .mapToDouble(track ->
                                of(track.masks(), object, MaskComparison.NATIVE).iou())
                        .max()
                        .orElse(0))
                .average()
                .orElseThrow(() -> new IllegalArgumentException("track recall needs at least one object"));
    }
}
