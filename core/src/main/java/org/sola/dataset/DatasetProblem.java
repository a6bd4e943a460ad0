package org.sola.dataset;

/**
 * Something broken in a data set that was left out.
 *
 * @param video the video it belongs to, "" for the whole split
 * @param expression the expression it belongs to, "" for the whole video
 * @param message file, field, what was found and what was expected
 */
public record DatasetProblem(String video, String expression, String message) {
    @Override
    public String toString() {
        String where =
                video.isEmpty() ? "" : "video " + video + (expression.isEmpty() ? "" : ", expression " + expression);
        return where.isEmpty() ? message : where + ": " + message;
    }
}
