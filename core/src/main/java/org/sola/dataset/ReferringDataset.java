package org.sola.dataset;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sola.mask.Rle;

/**
 * One split of a data set, whatever its layout: what tracking, training, inference and evaluation read. Safe for use by
 * several threads. What is broken in one video or expression is listed in {@link #problems()} and left out; a file that
 * cannot be read at all is a {@link DatasetException}. Frames and masks are not looked at before they are used;
 * {@link #withFrames} and {@link DatasetCheck} do that.
 */
public interface ReferringDataset {
    /** Opens a split by its path: see {@link DatasetFolder} for what that is in each layout. */
    static ReferringDataset open(Path split) {
        return DatasetFolder.openSplit(split);
    }

    /** Whose files these are. */
    Layout layout();

    /** The folder that messages name. */
    Path root();

    /** The sound videos in the data set's order. */
    List<ReferringVideo> videos();

    /** What was left out, and why. */
    List<DatasetProblem> problems();

    /** Whether the split comes with its masks. */
    boolean hasMasks();

    /** The annotated objects of a video that have masks. */
    Set<String> knownAnnotations(ReferringVideo video);

    /** The masks of one annotated object, one a frame of the given size, empty where it is not visible. */
    List<Rle> annotation(ReferringVideo video, String annotationId, int height, int width);

    /** The same split without the videos whose frames are not all there; they are added to the problems. */
    ReferringDataset withFrames();

    /** The frames that are annotated for an expression: only they are scored and trained on. */
    default BitSet scoredFrames(ReferringVideo video, Expression expression) {
        var all = new BitSet();
        all.set(0, video.frameNames().size());
        return all;
    }

    /** The frames that are annotated for some expression of the video. */
    default BitSet annotatedFrames(ReferringVideo video) {
        var annotated = new BitSet();
        video.expressions().forEach(expression -> annotated.or(scoredFrames(video, expression)));
        return annotated;
    }

    /** The pixels that count neither for nor against a prediction, one mask a frame. */
    default List<Rle> ignored(ReferringVideo video, int height, int width) {
        return Collections.nCopies(video.frameNames().size(), Rle.empty(height, width));
    }

    /**
     * The id of a scored frame as the evaluations of A2D-Sentences and JHMDB-Sentences write it: {@code v_VIDEO_f_FRAME},
     * for A2D with {@code _i_INSTANCE}; frames count from 1.
     */
    default String sampleId(ReferringVideo video, Expression expression, int t) {
        String frame = "v_" + video.id() + "_f_" + (t + 1);
        return layout() == Layout.A2D_SENTENCES
                ? frame + "_i_" + String.join("_", expression.annotationIds().orElse(List.of()))
                : frame;
    }

    /** The video of that id. */
    default ReferringVideo video(String id) {
        return videos().stream()
                .filter(v -> v.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new DatasetException(root() + " has no video \"" + id + "\""
                        + problems().stream()
                                .filter(p -> p.video().equals(id))
                                .findFirst()
                                .map(p -> "; it was left out: " + p.message())
                                .orElse("")));
    }

    /** The union of the objects that {@code expression} means, one mask a frame; all empty when it means none. */
    default List<Rle> truth(ReferringVideo video, Expression expression, int height, int width) {
        var ids = expression
                .annotationIds()
                .orElseThrow(() -> new DatasetException(root() + ": expression " + expression.id() + " of video "
                        + video.id() + " names no object; this split does not publish its truth"));
        List<Rle> union = Collections.nCopies(video.frameNames().size(), Rle.empty(height, width));
        for (var id : ids) {
            var object = annotation(video, id, height, width);
            var sum = new ArrayList<Rle>(union.size());
            for (int t = 0; t < union.size(); t++) {
                sum.add(union.get(t).or(object.get(t)));
            }
            union = sum;
        }
        return Collections.unmodifiableList(union);
    }

    /** How many videos, expressions, objects and frames there are, by name. */
    default Map<String, Long> counts() {
        var counts = new LinkedHashMap<String, Long>();
        counts.put("videos", (long) videos().size());
        counts.put(
                "expressions",
                videos().stream().mapToLong(v -> v.expressions().size()).sum());
        counts.put(
                "objects",
                videos().stream().mapToLong(v -> v.annotationIds().size()).sum());
        counts.put(
                "frames",
                videos().stream().mapToLong(v -> v.frameNames().size()).sum());
        return Collections.unmodifiableMap(counts);
    }
}
