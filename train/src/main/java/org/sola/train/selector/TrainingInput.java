package org.sola.train.selector;

import java.io.IOException;
import java.util.Optional;
import org.sola.selector.SelectorConfig;
import org.sola.text.TextEncoder;

/** What must hold of a training's input, found out before the first step. */
final class TrainingInput {
    private TrainingInput() {}

    /** Refuses input that does not fit the selector or together. */
    static void check(SelectorConfig config, SelectorTraining.Splits splits, TextEncoder text) throws IOException {
        if (text.dimension() != config.langTokenDim()) {
            throw new TrainingException("selector " + config.name() + " reads text tokens of " + config.langTokenDim()
                    + " numbers, " + text.name() + " gives " + text.dimension());
        }
        requireExpressions("training", splits.training());
        requireExpressions("validation", splits.validation());
        requireWidth("training", config, splits.training());
        requireWidth("validation", config, splits.validation());
        var ours = splits.training().tokenOrigin();
        var theirs = splits.validation().tokenOrigin();
        if (!ours.isEmpty() && !theirs.isEmpty() && !ours.equals(theirs)) {
            throw new TrainingException("the object tokens of the training split come from " + ours
                    + ", those of the validation split from " + theirs + "; make both caches with one SAM 2");
        }
    }

    private static void requireExpressions(String split, TrainingVideos videos) {
        for (int v = 0; v < videos.size(); v++) {
            if (videos.expressions(v) > 0) {
                return;
            }
        }
        throw new TrainingException("the " + split + " split is empty: of " + videos.size()
                + " videos with tracks none has an expression; is it the data set that the cache was made of?");
    }

    private static void requireWidth(String split, SelectorConfig config, TrainingVideos videos) throws IOException {
        for (int v = 0; v < videos.size(); v++) {
            int width = videos.tokenDim(v);
            if (width != config.objectTokenDim()) {
                throw new TrainingException("the " + split + " split has object tokens of " + width
                        + " numbers (video " + videos.load(v).id() + "), selector " + config.name() + " reads "
                        + config.objectTokenDim()
                        + "; choose another --selector-config, or make the cache with another SAM 2");
            }
        }
    }

    /**
     * Makes every pseudo label, which training needs anyway, and tells how many expressions no track fits.
     *
     * @throws TrainingException when no expression has a track to learn from
     */
    static void checkLabels(TrainingVideos videos, double threshold, TrainingProgress progress) throws IOException {
        int expressions = 0;
        int without = 0;
        Optional<String> first = Optional.empty();
        for (int v = 0; v < videos.size(); v++) {
            if (videos.expressions(v) == 0) {
                continue;
            }
            var video = videos.load(v);
            for (var expression : video.expressions()) {
                expressions++;
                if (!expression.hasPositive(threshold)) {
                    without++;
                    first = first.or(() -> Optional.of("video " + video.id() + ", expression " + expression.id() + " \""
                            + expression.text() + "\""));
                }
            }
        }
        if (without == expressions) {
            throw new TrainingException("no track of any training video overlaps what its " + expressions
                    + " expressions mean by more than labelThreshold " + threshold + " (first: " + first.orElse("")
                    + "); make the cache with 'sola precompute --truth', or lower labelThreshold");
        }
        if (without > 0) {
            progress.unreachable(without, expressions, first.orElseThrow());
        }
    }
}
