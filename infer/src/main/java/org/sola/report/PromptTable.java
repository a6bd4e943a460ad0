package org.sola.report;

import java.util.List;
import java.util.Locale;
import org.sola.evaluate.PromptRecall;

/** What different prompts find and cost, a row each. */
final class PromptTable {
    private PromptTable() {}

    /** The section, or nothing where nothing is compared. */
    static String html(List<PromptRecall> rows) {
        if (rows.isEmpty()) {
            return "";
        }
        var page = new StringBuilder(
                "<h2>What the prompts find</h2>\n<table><thead><tr><th>prompts</th><th>track recall</th>"
                        + "<th>tracks</th><th>seconds</th><th>encoding</th><th>grid</th><th>boxes</th><th>propagating</th>"
                        + "</tr></thead><tbody>");
        for (var row : rows) {
            page.append("<tr><th>").append(Html.text(row.prompts())).append("</th>");
            page.append(Html.cell("<b>" + number("%.3f", row.recall()) + "</b>"));
            page.append(Html.cell(number("%.1f", row.perVideo(row.tracks()))));
            var cost = row.cost();
            for (double seconds : new double[] {
                cost.seconds(), cost.encodeSeconds(), cost.promptSeconds(), cost.boxSeconds(), cost.propagateSeconds()
            }) {
                page.append(Html.cell(cost.seconds() == 0 ? "" : number("%.2f", row.perVideo(seconds))));
            }
            page.append("</tr>");
        }
        return page.append(
                        "</tbody></table>\n<p class=\"note\">Track recall is the mean IoU of each object's best track."
                                + " Tracks and seconds (wall time) are means of a video.</p>\n")
                .toString();
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
