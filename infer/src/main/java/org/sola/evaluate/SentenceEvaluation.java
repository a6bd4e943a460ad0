package org.sola.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sola.dataset.ReferringDataset;
import org.sola.metric.ScoredSample;
import org.sola.metric.SentenceMetrics;
import org.sola.submission.DavisResults;

/** A2D-Sentences and JHMDB-Sentences by their own protocol: every scored frame of every sentence is a sample. */
public final class SentenceEvaluation {
    private SentenceEvaluation() {}

    /** Every sample; a sentence without prediction counts as an empty mask. */
    public static List<ScoredSample> samples(
            ReferringDataset dataset, Predictions predictions, DavisResults.Scores scores) throws IOException {
        var samples = new ArrayList<ScoredSample>();
        for (var video : dataset.videos()) {
            var size = FrameSize.of(video);
            for (var expression : video.expressions()) {
                var truth = dataset.truth(video, expression, size.height(), size.width());
                var masks = predictions.masks(video, expression, size.height(), size.width());
                double score = masks.isPresent() ? scores.of(video, expression) : 0;
                for (int t : dataset.scoredFrames(video, expression).stream().toArray()) {
                    samples.add(new ScoredSample(
                            dataset.sampleId(video, expression, t),
                            truth.get(t),
                            masks.map(found -> List.of(new ScoredSample.ScoredMask(score, found.get(t))))
                                    .orElse(List.of())));
                }
            }
        }
        return samples;
    }

    /** What {@code sola eval --json} prints of it, in percent. */
    static Map<String, Object> document(SentenceMetrics metrics) {
        var document = new LinkedHashMap<String, Object>();
        metrics.precisionAt().forEach((threshold, share) -> document.put("P@" + threshold, Quality.percent(share)));
        document.put("overall_iou", Quality.percent(metrics.overallIou()));
        document.put("mean_iou", Quality.percent(metrics.meanIou()));
        document.put("mAP", Quality.percent(metrics.averagePrecision().mean()));
        return document;
    }
}
