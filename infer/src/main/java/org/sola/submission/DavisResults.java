package org.sola.submission;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sola.dataset.DatasetException;
import org.sola.dataset.Expression;
import org.sola.dataset.ReferringDataset;
import org.sola.dataset.ReferringVideo;
import org.sola.evaluate.FrameSize;
import org.sola.evaluate.Predictions;
import org.sola.image.ImageFiles;
import org.sola.mask.LabelMap;
import org.sola.mask.Rle;

/**
 * Predictions for Ref-DAVIS17 as DAVIS scores them: for each of the four annotators one label image a frame, made of the
 * masks of that annotator's expressions. Where masks overlap the higher score wins, the lower object number on a tie.
 */
public final class DavisResults {
    /** How many people described every object. */
    public static final int ANNOTATORS = 4;

    private DavisResults() {}

    /** How sure the model is of an expression's masks; only the order counts. */
    @FunctionalInterface
    public interface Scores {
        double of(ReferringVideo video, Expression expression) throws IOException;
    }

    /** The folder of an annotator, counted from 0. */
    public static String folder(int annotator) {
        return "anno_" + annotator;
    }

    /** The label image of every frame of a video for one annotator; an expression without prediction is left out. */
    public static List<LabelMap> labels(ReferringVideo video, int annotator, Predictions predictions, Scores scores)
            throws IOException {
        var size = FrameSize.of(video);
        var labels = new ArrayList<byte[]>();
        var best = new ArrayList<double[]>();
        for (int t = 0; t < video.frameNames().size(); t++) {
            labels.add(new byte[size.height() * size.width()]);
            best.add(new double[size.height() * size.width()]);
            java.util.Arrays.fill(best.get(t), Double.NEGATIVE_INFINITY);
        }
        for (var expression : video.expressions()) {
            if (annotatorOf(video, expression) != annotator) {
                continue;
            }
            var masks = predictions.masks(video, expression, size.height(), size.width());
            double score = scores.of(video, expression);
            byte label = (byte) objectOf(video, expression);
            for (int t = 0; masks.isPresent() && t < labels.size(); t++) {
                paint(masks.get().get(t), label, score, labels.get(t), best.get(t));
            }
        }
        return labels.stream()
                .map(each -> LabelMap.of(size.height(), size.width(), each))
                .toList();
    }

    private static void paint(Rle rle, byte label, double score, byte[] labels, double[] best) {
        var mask = rle.decode();
        for (int i = 0; i < labels.length; i++) {
            boolean isTie = score == best[i] && (labels[i] == 0 || (label & 0xFF) < (labels[i] & 0xFF));
            if ((score > best[i] || isTie) && mask.get(i / mask.width(), i % mask.width())) {
                labels[i] = label;
                best[i] = score;
            }
        }
    }

    /** Who wrote an expression: ids are 4 * object + annotator. */
    private static int annotatorOf(ReferringVideo video, Expression expression) {
        if (!expression.id().matches("[0-9]{1,6}")) {
            throw new DatasetException("video " + video.id() + ": expression id " + expression.id()
                    + ", expected 4 * object + annotator as Ref-DAVIS17 has");
        }
        return Integer.parseInt(expression.id()) % ANNOTATORS;
    }

    private static int objectOf(ReferringVideo video, Expression expression) {
        var ids = expression.annotationIds().orElse(List.of());
        if (ids.size() != 1) {
            throw new DatasetException("video " + video.id() + ": expression " + expression.id()
                    + " names no object, or several; Ref-DAVIS17 has one each");
        }
        return Integer.parseInt(ids.get(0));
    }

    /**
     * Writes {@code anno_0} to {@code anno_3} into {@code out}.
     *
     * @return how many images were written
     */
    public static long write(ReferringDataset dataset, Predictions predictions, Scores scores, Path out)
            throws IOException {
        long written = 0;
        for (var video : dataset.videos()) {
            for (int annotator = 0; annotator < ANNOTATORS; annotator++) {
                var labels = labels(video, annotator, predictions, scores);
                var folder = out.resolve(folder(annotator)).resolve(video.id());
                for (int t = 0; t < labels.size(); t++) {
                    ImageFiles.writeLabelsPng(folder.resolve(video.frameNames().get(t) + ".png"), labels.get(t));
                    written++;
                }
            }
        }
        return written;
    }
}
