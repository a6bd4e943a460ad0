package org.sola.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.sola.mask.Rle;

/**
 * Average precision of scored masks as COCO computes it ({@code COCOeval} of pycocotools, segm, categories off, one true
 * mask an image): thresholds .50 to .95, at most 100 predictions an image, 101 recall points. Among equal scores the
 * first comes first; two empty masks have an IoU of 0. A value is -1 where no true mask falls in its class of areas.
 *
 * @param mean over all ten thresholds, 0..1
 * @param at50 at IoU 0.5
 * @param at75 at IoU 0.75
 * @param small over true masks of up to 32x32 pixels
 * @param medium over true masks of 32x32 to 96x96 pixels
 * @param large over true masks from 96x96 pixels
 * @param perThreshold at IoU 0.50, 0.55, ... 0.95
 * @param precisionAtRecall at IoU 0.5 the precision at recall 0, 0.01, ... 1
 */
public record AveragePrecision(
        double mean,
        double at50,
        double at75,
        double small,
        double medium,
        double large,
        List<Double> perThreshold,
        List<Double> precisionAtRecall) {
    private static final int MOST_PREDICTIONS = 100;
    private static final double[] IOU_THRESHOLDS = linspace(0.5, 0.95, 10);
    private static final double[] RECALLS = linspace(0, 1, 101);
    private static final double SMALL = 32 * 32;
    private static final double MEDIUM = 96 * 96;
    private static final double ALL = 1e10;

    public AveragePrecision {
        perThreshold = List.copyOf(perThreshold);
        precisionAtRecall = List.copyOf(precisionAtRecall);
    }

    /** The smallest step from 1: what pycocotools adds to a denominator. */
    private static final double EPSILON = Math.ulp(1.0);

    /** One prediction: its score, area, and IoU with the image's true mask. */
    private record Candidate(double score, long area, double iou) {}

    /** An image: the area of its true mask and its best predictions, best first. */
    private record Image(long area, List<Candidate> candidates) {}

    /** Of all samples, taken in the order of their ids as text. */
    public static AveragePrecision of(List<ScoredSample> samples) {
        var images = samples.stream()
                .sorted(Comparator.comparing(ScoredSample::id))
                .map(AveragePrecision::image)
                .toList();
        var all = precisions(images, 0, ALL);
        return new AveragePrecision(
                average(all),
                average(all[0]),
                average(all[5]),
                average(precisions(images, 0, SMALL)),
                average(precisions(images, SMALL, MEDIUM)),
                average(precisions(images, MEDIUM, ALL)),
                Arrays.stream(all).map(AveragePrecision::average).toList(),
                Arrays.stream(all[0]).boxed().toList());
    }

    private static Image image(ScoredSample sample) {
        var candidates = new ArrayList<Candidate>();
        for (var prediction : sample.predictions()) {
            candidates.add(new Candidate(
                    prediction.score(), prediction.mask().areaPixels(), cocoIou(prediction.mask(), sample.truth())));
        }
        candidates.sort(Comparator.comparingDouble(Candidate::score).reversed()); // stable: equal ones keep their order
        return new Image(
                sample.truth().areaPixels(), candidates.subList(0, Math.min(MOST_PREDICTIONS, candidates.size())));
    }

    /** Intersection over union, 0 when both are empty. */
    public static double cocoIou(Rle a, Rle b) {
        long common = a.intersectionPixels(b);
        return common == 0 ? 0 : (double) common / (a.areaPixels() + b.areaPixels() - common);
    }

    /** A candidate of any image at one threshold: whether it is right, or wrong, or does not count. */
    private record Verdict(double score, boolean isRight, boolean isWrong) {}

    /** Precision by threshold and recall, NaN where no true mask lies in the class of areas. */
    private static double[][] precisions(List<Image> images, double least, double most) {
        var precisions = new double[IOU_THRESHOLDS.length][RECALLS.length];
        long wanted =
                images.stream().filter(image -> isIn(image.area(), least, most)).count();
        for (int t = 0; t < IOU_THRESHOLDS.length; t++) {
            if (wanted == 0) {
                Arrays.fill(precisions[t], Double.NaN);
            } else {
                precisions[t] = atRecalls(verdicts(images, IOU_THRESHOLDS[t], least, most), wanted);
            }
        }
        return precisions;
    }

    private static boolean isIn(double area, double least, double most) {
        return area >= least && area <= most;
    }

    private static List<Verdict> verdicts(List<Image> images, double threshold, double least, double most) {
        var verdicts = new ArrayList<Verdict>();
        for (var image : images) {
            boolean isWanted = isIn(image.area(), least, most);
            boolean isTaken = false;
            for (var candidate : image.candidates()) {
                boolean matches = !isTaken && candidate.iou() >= Math.min(threshold, 1 - 1e-10);
                isTaken |= matches;
                boolean counts = matches ? isWanted : isIn(candidate.area(), least, most);
                verdicts.add(new Verdict(candidate.score(), matches && counts, !matches && counts));
            }
        }
        verdicts.sort(Comparator.comparingDouble(Verdict::score).reversed());
        return verdicts;
    }

    private static double[] atRecalls(List<Verdict> verdicts, long wanted) {
        int n = verdicts.size();
        var recall = new double[n];
        var precision = new double[n];
        double right = 0;
        double wrong = 0;
        for (int i = 0; i < n; i++) {
            right += verdicts.get(i).isRight() ? 1 : 0;
            wrong += verdicts.get(i).isWrong() ? 1 : 0;
            recall[i] = right / wanted;
            precision[i] = right / (wrong + right + EPSILON);
        }
        for (int i = n - 1; i > 0; i--) {
            precision[i - 1] = Math.max(precision[i - 1], precision[i]);
        }
        var atRecalls = new double[RECALLS.length];
        int at = 0;
        for (int r = 0; r < RECALLS.length; r++) {
            while (at < n && recall[at] < RECALLS[r]) {
                at++;
            }
            atRecalls[r] = at < n ? precision[at] : 0;
        }
        return atRecalls;
    }

    private static double average(double[]... precisions) {
        double sum = 0;
        int n = 0;
        for (double[] row : precisions) {
            for (double value : row) {
                sum += value;
                n++;
            }
        }
        return Double.isNaN(sum) ? -1 : sum / n;
    }

    private static double[] linspace(double from, double to, int n) {
        var values = new double[n];
        double step = (to - from) / (n - 1);
        for (int i = 0; i < n; i++) {
            values[i] = from + i * step;
        }
        values[n - 1] = to;
        return values;
    }
}
