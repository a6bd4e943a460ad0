package org.sola.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.sola.evaluate.Comparison;
import org.sola.file.AtomicFile;
import org.sola.infer.MethodCost;

/** Two methods side by side as one HTML file without anything beside it. */
public final class CompareReport {
    private static final int DISAGREEMENTS = 6;
    private static final double MEGA = 1e6;

    private final CompareData data;
    private final StringBuilder page = new StringBuilder();

    private CompareReport(CompareData data) {
        this.data = data;
    }

    /** Writes the report, whole or not at all. */
    public static void write(CompareData data, Path file) throws IOException {
        var text = new CompareReport(data).render();
        AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    private String render() throws IOException {
        page.append(Html.head(data.title(), data.facts()));
        tiles();
        kinds();
        plots();
        costs();
        sweep();
        disagreements();
        problems();
        return page.append(FlipBook.SCRIPT).append("</main></body></html>\n").toString();
    }

    private void tiles() {
        var all = data.comparison().overall();
        page.append("<section class=\"tiles\">");
        tile(
                Html.percent(all.a().combined()),
                data.a().name(),
                "J&amp;F; J " + Html.percent(all.a().regionSimilarity()) + ", F "
                        + Html.percent(all.a().boundaryAccuracy()));
        tile(
                Html.percent(all.b().combined()),
                data.b().name(),
                "J&amp;F; J " + Html.percent(all.b().regionSimilarity()) + ", F "
                        + Html.percent(all.b().boundaryAccuracy()));
        tile(
                signed(all.paired().difference()),
                "difference in points",
                "95 % interval " + signed(all.paired().intervalDifference().low()) + " to "
                        + signed(all.paired().intervalDifference().high()));
        tile(
                p(all.wilcoxon()),
                "p, Wilcoxon",
                "signed ranks of " + all.videos() + " videos; sign flips "
                        + p(all.paired().p()));
        tile(
                all.paired().winsB() + " / " + all.paired().ties() + " / "
                        + all.paired().winsA(),
                "wins, ties, losses",
                "of " + Html.text(data.b().name()) + " over " + all.expressions()
                        + " expressions; a tie is within 0.1");
        page.append("</section>\n<p class=\"note\">Differences are ")
                .append(Html.text(data.b().name()))
                .append(" less ")
                .append(Html.text(data.a().name()))
                .append(". Intervals: paired bootstrap over videos, ")
                .append(data.comparison().rounds())
                .append(" resamples.</p>\n");
    }

    private void tile(String value, String name, String note) {
        page.append(Html.tile(value, Html.text(name), note));
    }

    private static String signed(double share) {
        return String.format(Locale.ROOT, "%+.1f", share * 100);
    }

    private static String p(double value) {
        return value < 0.0001 ? "&lt; 0.0001" : String.format(Locale.ROOT, "%.4f", value);
    }

    private void kinds() throws IOException {
        page.append("<h2>By kind of expression</h2>\n")
                .append(Html.image("png", CompareCharts.kinds(data), "J&F by kind"))
                .append("<table><thead><tr><th>kind</th><th>n</th><th>")
                .append(Html.text(data.a().name()))
                .append("<br>J&amp;F (J, F)</th><th>")
                .append(Html.text(data.b().name()))
                .append("<br>J&amp;F (J, F)</th><th>difference</th><th>95 % interval</th><th>p, Wilcoxon</th>"
                        + "<th>wins / ties / losses</th></tr></thead><tbody>");
        data.comparison().kinds().forEach((kind, summary) -> kindRow(kind, summary, ""));
        kindRow("overall", data.comparison().overall(), " class=\"total\"");
        page.append("</tbody></table>\n");
    }

    private void kindRow(String name, Comparison.Summary summary, String attributes) {
        page.append("<tr")
                .append(attributes)
                .append("><th>")
                .append(Html.text(name))
                .append("</th>");
        var paired = summary.paired();
        cell(Integer.toString(summary.expressions()));
        cell(quality(summary.a()));
        cell(quality(summary.b()));
        cell("<b>" + signed(paired.difference()) + "</b>");
        cell(signed(paired.intervalDifference().low()) + " to "
                + signed(paired.intervalDifference().high()));
        cell(p(summary.wilcoxon()));
        cell(paired.winsB() + " / " + paired.ties() + " / " + paired.winsA());
        page.append("</tr>");
    }

    private static String quality(org.sola.evaluate.Quality quality) {
        return "<b>" + Html.percent(quality.combined()) + "</b> (" + Html.percent(quality.regionSimilarity()) + ", "
                + Html.percent(quality.boundaryAccuracy()) + ")";
    }

    private void cell(String value) {
        page.append(Html.cell(value));
    }

    private void plots() throws IOException {
        page.append("<h2>Every expression, and what many cost</h2>\n<div class=\"curves\">")
                .append(Html.image("png", CompareCharts.scatter(data), "J&F of both methods, a point an expression"));
        var cost = CompareCharts.cost(data);
        if (cost.isPresent()) {
            page.append(Html.image("png", cost.get(), "seconds for several expressions on one video"));
        }
        page.append("</div>\n");
        if (cost.isEmpty()) {
            page.append(
                    "<p class=\"note\">Neither folder holds a record of its costs (.sola/cost.json), as 'sola infer'"
                            + " leaves it.</p>\n");
        } else {
            page.append("<p class=\"note\">")
                    .append(data.crossing()
                            .map(at -> String.format(
                                    Locale.ROOT, "The two cost the same at %.1f expressions on one video.", at))
                            .orElse("The two lines do not cross."))
                    .append("</p>\n");
        }
    }

    private void costs() {
        if (data.a().cost().isEmpty() && data.b().cost().isEmpty()) {
            return;
        }
        page.append("<table><thead><tr><th>cost</th><th>")
                .append(Html.text(data.a().name()))
                .append("</th><th>")
                .append(Html.text(data.b().name()))
                .append("</th></tr></thead><tbody>");
        costRow("method", MethodCost::method);
        costRow("seconds once a video", cost -> number(cost.secondsPerVideo()));
        costRow("seconds an expression", cost -> number(cost.secondsPerExpression()));
        costRow(
                "image encodings once, all videos",
                cost -> Long.toString(cost.once().encoderCalls()));
        costRow("image encodings an expression", cost -> number(cost.encoderCallsPerExpression()));
        costRow("size of the cache, MB", cost -> number(cost.once().cacheBytes() / MEGA));
        costRow("peak memory of precompute, MB", cost -> number(cost.once().peakResidentBytes() / MEGA));
        costRow("peak memory of infer, MB", cost -> number(cost.peakResidentBytes() / MEGA));
        page.append(
                "</tbody></table>\n<p class=\"note\">Means over the videos and expressions that each run recorded, as they"
                        + " were measured then: compare only what ran on one machine with the same threads.</p>\n");
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.3f" : "%.1f", value);
    }

    private void costRow(String name, Function<MethodCost, String> figure) {
        page.append("<tr><th>").append(name).append("</th>");
        for (var method : List.of(data.a(), data.b())) {
            cell(method.cost().map(figure).map(Html::text).orElse("not recorded"));
        }
        page.append("</tr>");
    }

    private void sweep() {
        if (data.sweep().isEmpty()) {
            return;
        }
        page.append("<h2>All predictions</h2>\n<table><thead><tr><th>predictions</th><th>n</th><th>J</th><th>F</th>"
                + "<th>J&amp;F</th><th>difference</th><th>95 % interval</th><th>p, Holm</th><th>seconds an expression</th>"
                + "</tr></thead><tbody>");
        for (var row : data.sweep()) {
            var quality = row.summary()
                    .map(Comparison.Summary::b)
                    .orElse(row.method().result().overall());
            page.append("<tr><th>").append(Html.text(row.method().name())).append("</th>");
            cell(Integer.toString(row.summary()
                    .map(Comparison.Summary::expressions)
                    .orElse(row.method().result().rows().size())));
            cell(Html.percent(quality.regionSimilarity()));
            cell(Html.percent(quality.boundaryAccuracy()));
            cell("<b>" + Html.percent(quality.combined()) + "</b>");
            cell(row.summary().map(each -> signed(each.paired().difference())).orElse(""));
            cell(row.summary()
                    .map(each -> signed(each.paired().intervalDifference().low()) + " to "
                            + signed(each.paired().intervalDifference().high()))
                    .orElse(""));
            cell(row.summary().isPresent() ? p(row.p()) : "");
            cell(row.method()
                    .cost()
                    .map(cost -> number(cost.secondsPerExpression()))
                    .orElse("not recorded"));
            page.append("</tr>");
        }
        page.append("</tbody></table>\n");
    }

    private void disagreements() throws IOException {
        page.append("<h2>The largest disagreements</h2>\n<p class=\"note\">Either method's best in turn, one a video."
                + " <span class=\"key predicted\"></span> predicted <span class=\"key truth\"></span> truth</p>\n");
        for (var pair : data.comparison().disagreements(DISAGREEMENTS)) {
            var row = pair.a();
            var video = data.dataset().video(row.video());
            var expression = video.expression(row.expression());
            var first = video.read(0);
            page.append("<article><h3>“")
                    .append(Html.text(row.text()))
                    .append("”</h3><p class=\"meta\">")
                    .append(Html.text(row.kind().isEmpty() ? "" : row.kind() + " · "))
                    .append(Html.text(row.video() + " / " + row.expression()))
                    .append(" · J&amp;F <b>")
                    .append(Html.percent(row.quality().combined()))
                    .append("</b> against <b>")
                    .append(Html.percent(pair.b().quality().combined()))
                    .append("</b></p>")
                    .append(FlipBook.html(
                            video,
                            expression,
                            data.dataset().truth(video, expression, first.height(), first.width()),
                            List.of(data.a().name(), data.b().name()),
                            List.of(data.a().submission(), data.b().submission())))
                    .append("</article>\n");
        }
    }

    private void problems() {
        if (!data.comparison().problems().isEmpty()) {
            page.append("<h2>Not compared</h2><ul>");
            data.comparison().problems().forEach(problem -> page.append("<li>")
                    .append(Html.text(problem))
                    .append("</li>"));
            page.append("</ul>\n");
        }
    }
}
