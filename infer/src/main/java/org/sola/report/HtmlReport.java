package org.sola.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sola.dataset.Expression;
import org.sola.dataset.ReferringVideo;
import org.sola.evaluate.EvaluationResult;
import org.sola.evaluate.ExpressionResult;
import org.sola.evaluate.PoolQuality;
import org.sola.evaluate.Quality;
import org.sola.file.AtomicFile;
import org.sola.infer.TrackSelection;
import org.sola.infer.VideoScores;
import org.sola.mask.Rle;
import org.sola.precompute.VideoTracks;

/** A report as one HTML file without anything beside it: tables, charts, pictures of what went well and what did not. */
public final class HtmlReport {
    private static final int EXAMPLES = 6;
    private static final int PICTURES = 4;
    private static final int PICTURE_WIDTH = 250;

    private final ReportData data;
    private final StringBuilder page = new StringBuilder();

    private HtmlReport(ReportData data) {
        this.data = data;
    }

    /** Writes the report, whole or not at all. */
    public static void write(ReportData data, Path file) throws IOException {
        var text = new HtmlReport(data).render();
        AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    private String render() throws IOException {
        page.append(Html.head(data.title(), data.facts()));
        tiles();
        kindTable();
        page.append(PromptTable.html(data.prompts()));
        training();
        examples("What went well", "The best answers, of every kind in turn.", Examples.good(data.result(), EXAMPLES));
        examples(
                "Where most was lost",
                "The answers furthest below the best selection of the same tracks.",
                Examples.bad(data.result(), EXAMPLES));
        videoTable();
        page.append("</main></body></html>\n");
        return page.toString();
    }

    private void tiles() {
        var result = data.result();
        var overall = result.overall();
        page.append("<section class=\"tiles\">");
        tile(
                Html.percent(overall.combined()),
                "J&amp;F",
                "J " + Html.percent(overall.regionSimilarity()) + ", F " + Html.percent(overall.boundaryAccuracy())
                        + "; " + result.rows().size() + " expressions");
        if (result.hasPool()) {
            double oracle = EvaluationResult.poolMean(result.rows(), PoolQuality::oracle)
                    .combined();
            tile(Html.percent(oracle), "best selection", "J&amp;F that these tracks allow");
            tile(
                    Html.percent(oracle == 0 ? 0 : overall.combined() / oracle) + " %",
                    "of the best",
                    "the selector's share of what the tracks allow");
        }
        result.coverage().ifPresent(tracks -> {
            tile(
                    String.format(Locale.ROOT, "%.3f", tracks.recall()),
                    "track recall",
                    "mean IoU of each object's best track");
            tile(
                    tracks.survived() + " of " + tracks.occlusions(),
                    "found again",
                    "objects hidden for 1 to 5 frames while a track was on them");
        });
        result.noTargetAccuracy()
                .ifPresent(share -> tile(
                        Html.percent(share) + " %",
                        "nothing, rightly",
                        "expressions that mean nothing, answered with nothing"));
        page.append("</section>\n");
    }

    private void tile(String value, String name, String note) {
        page.append(Html.tile(value, name, note));
    }

    private void kindTable() throws IOException {
        var result = data.result();
        page.append("<h2>By kind of expression</h2>\n");
        page.append(Html.image("png", Charts.kinds(result), "J&F by kind"));
        page.append("\n<table><thead><tr><th>kind</th><th>n</th><th>J</th><th>F</th><th>J&amp;F</th>");
        if (result.hasPool()) {
            page.append("<th>best selection</th><th>share of it</th><th>all tracks</th><th>random track</th>");
        }
        page.append("</tr></thead><tbody>");
        result.kinds().forEach((kind, rows) -> tableRow(kind, rows, ""));
        tableRow("overall", result.rows(), " class=\"total\"");
        page.append("</tbody></table>\n");
        if (result.hasPool()) {
            page.append(
                    "<p class=\"note\">The best selection is the set of tracks with the highest J for each expression: what is missing from"
                            + " it to 100 was lost by the tracks, what is missing from ours to it by the selector. All tracks: everything"
                            + " selected. Random track: one drawn with equal chances.</p>\n");
        }
    }

    private void tableRow(String name, List<ExpressionResult> rows, String attributes) {
        var quality = Quality.mean(rows.stream().map(ExpressionResult::quality).toList());
        page.append("<tr")
                .append(attributes)
                .append("><th>")
                .append(Html.text(name))
                .append("</th>");
        cell(Integer.toString(rows.size()));
        cell(Html.percent(quality.regionSimilarity()));
        cell(Html.percent(quality.boundaryAccuracy()));
        cell("<b>" + Html.percent(quality.combined()) + "</b>");
        if (data.result().hasPool()) {
            double oracle = EvaluationResult.poolMean(rows, PoolQuality::oracle).combined();
            cell(Html.percent(oracle));
            cell(oracle == 0 ? "" : Html.percent(quality.combined() / oracle) + " %");
            cell(Html.percent(
                    EvaluationResult.poolMean(rows, PoolQuality::allTracks).combined()));
            cell(Html.percent(
                    EvaluationResult.poolMean(rows, PoolQuality::random).combined()));
        }
        page.append("</tr>");
    }

    private void cell(String value) {
        page.append(Html.cell(value));
    }

    private void training() throws IOException {
        if (data.trainingLog().isEmpty()) {
            return;
        }
        var charts = TrainingCurves.of(data.trainingLog().get());
        if (!charts.isEmpty()) {
            page.append("<h2>Training of the selector</h2>\n<div class=\"curves\">");
            for (var chart : charts) {
                page.append(Html.image("png", chart, "training curves"));
            }
            page.append("</div>\n");
        }
    }

    private void examples(String heading, String note, List<ExpressionResult> rows) throws IOException {
        if (rows.isEmpty()) {
            return;
        }
        page.append("<h2>")
                .append(heading)
                .append("</h2>\n<p class=\"note\">")
                .append(note)
                .append(
                        " <span class=\"key predicted\"></span> predicted <span class=\"key truth\"></span> truth; ✓ in the best"
                                + " selection, ● frame of the prompt, the line in the scores is the threshold.</p>\n");
        for (var row : rows) {
            example(row);
        }
    }

    private void example(ExpressionResult row) throws IOException {
        var video = data.dataset().video(row.video());
        var expression = video.expression(row.expression());
        page.append("<article><h3>“")
                .append(Html.text(row.text()))
                .append("”</h3><p class=\"meta\">")
                .append(Html.text(row.kind().isEmpty() ? "" : row.kind() + " · "))
                .append(Html.text(row.video() + " / " + row.expression()))
                .append(" · J&amp;F <b>")
                .append(Html.percent(row.quality().combined()))
                .append("</b>");
        row.pool().ifPresent(pool -> page.append(" · best selection ")
                .append(Html.percent(pool.oracle().combined())));
        page.append("</p><div class=\"frames\">");
        pictures(video, expression);
        page.append("</div>");
        scores(row);
        page.append("</article>\n");
    }

    private void pictures(ReferringVideo video, Expression expression) throws IOException {
        var first = video.read(0);
        var truth = data.dataset().truth(video, expression, first.height(), first.width());
        Optional<List<Rle>> predicted = data.submission().masks(video, expression, first.height(), first.width());
        int frames = video.frameNames().size();
        for (int k = 0; k < Math.min(PICTURES, frames); k++) {
            int t = frames == 1 ? 0 : k * (frames - 1) / (Math.min(PICTURES, frames) - 1);
            var mask = predicted.map(masks -> masks.get(t)).orElse(Rle.empty(first.height(), first.width()));
            var jpeg =
                    FramePicture.jpeg(video.read(t), mask.decode(), truth.get(t).decode(), PICTURE_WIDTH);
            page.append("<figure>")
                    .append(Html.image("jpeg", jpeg, "frame " + t))
                    .append("<figcaption>frame ")
                    .append(t)
                    .append("</figcaption></figure>");
        }
    }

    private void scores(ExpressionResult row) throws IOException {
        var file = VideoScores.fileIn(data.submission().root(), row.video());
        if (!Files.isRegularFile(file)) {
            return;
        }
        var scores = VideoScores.read(file);
        Optional<VideoTracks> tracks = data.cache().isPresent()
                ? Optional.of(
                        TrackSelection.tracksForInference(data.cache().get().read(row.video())))
                : Optional.empty();
        for (var expression : scores.expressions()) {
            if (expression.id().equals(row.expression())) {
                page.append(TrackChart.svg(
                        scores,
                        expression,
                        tracks,
                        row.pool().map(PoolQuality::oracleTracks).orElse(List.of())));
            }
        }
    }

    private void videoTable() {
        page.append("<h2>By video</h2>\n<details><summary>")
                .append(data.result().videos().size())
                .append(
                        " videos</summary><table><thead><tr><th>video</th><th>n</th><th>J</th><th>F</th><th>J&amp;F</th>");
        if (data.result().hasPool()) {
            page.append("<th>best selection</th><th>share of it</th><th>all tracks</th><th>random track</th>");
        }
        page.append("</tr></thead><tbody>");
        data.result().videos().forEach((video, rows) -> tableRow(video, rows, ""));
        page.append("</tbody></table></details>\n");
        if (!data.result().failures().isEmpty()) {
            page.append("<h2>Not scored</h2><ul>");
            data.result().failures().forEach(failure -> page.append("<li>")
                    .append(Html.text(failure))
                    .append("</li>"));
            page.append("</ul>\n");
        }
    }
}
