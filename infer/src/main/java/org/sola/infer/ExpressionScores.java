package org.sola.infer;

import java.nio.file.Files;
import java.nio.file.Path;
import org.sola.submission.DavisResults;

/** How sure the selector was of an expression's masks, as inference left it beside them. */
public final class ExpressionScores {
    private ExpressionScores() {}

    /**
     * The highest probability of a track; 1 for every expression where no scores lie beside the masks, as with
     * predictions of other programs.
     */
    public static DavisResults.Scores in(Path predictions) {
        return (video, expression) -> {
            var file = VideoScores.fileIn(predictions, video.id());
            if (!Files.isRegularFile(file)) {
                return 1;
            }
            return VideoScores.read(file).expressions().stream()
                    .filter(each -> each.id().equals(expression.id()))
                    .flatMap(each -> each.probabilities().stream())
                    .mapToDouble(Float::doubleValue)
                    .max()
                    .orElse(0);
        };
    }
}
