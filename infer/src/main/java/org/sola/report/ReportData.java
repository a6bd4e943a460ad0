package org.sola.report;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sola.dataset.ReferringDataset;
import org.sola.evaluate.EvaluationResult;
import org.sola.evaluate.PromptRecall;
import org.sola.infer.Submission;
import org.sola.precompute.TokenCache;

/**
 * What a report shows.
 *
 * @param title its heading
 * @param facts what was run with what, shown as they are (model, data, settings)
 * @param dataset the data set that was answered
 * @param submission the predicted masks, with their scores where inference left them
 * @param result the evaluation of the submission
 * @param cache the tracks, for presence over time
 * @param prompts recall and cost of different prompts, where they are to be compared
 * @param trainingLog the CSV of a training run, for its curves
 */
public record ReportData(
        String title,
        Map<String, String> facts,
        ReferringDataset dataset,
        Submission submission,
        EvaluationResult result,
        Optional<TokenCache> cache,
        List<PromptRecall> prompts,
        Optional<Path> trainingLog) {
    public ReportData {
        facts = new LinkedHashMap<>(facts);
        prompts = List.copyOf(prompts);
    }
}
