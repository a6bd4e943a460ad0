package org.sola.ablate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sola.file.AtomicFile;
import org.sola.report.Html;

/** One table as {@code table.md}, {@code table.csv} (with every seed's value) and {@code table.html} (with a plot). */
public final class TableFiles {
    private static final String NOTE =
            "J&F, J and F in percent: mean over the seeds ± half the 95 % interval of Student's t."
                    + " Difference: J&F less the full method's, seed by seed, in points; p of a paired t test, corrected by Holm"
                    + " over all rows. A difference whose interval holds 0 is no gain.";
    private static final int PLOT = 200;
    private static final int HALF_ROW = 9;

    private final AblationTable table;

    private TableFiles(AblationTable table) {
        this.table = table;
    }

    /** Writes the three files, each whole or not at all. */
    public static List<Path> write(AblationTable table, Path folder) throws IOException {
        var files = new TableFiles(table);
        var written = new ArrayList<Path>();
        written.add(write(folder.resolve("table.md"), files.markdown()));
        written.add(write(folder.resolve("table.csv"), files.csv()));
        written.add(write(folder.resolve("table.html"), files.html()));
        return written;
    }

    private static Path write(Path file, String content) throws IOException {
        AtomicFile.write(file, out -> out.write(content.getBytes(StandardCharsets.UTF_8)));
        return file;
    }

    private List<String> header() {
        var header = new ArrayList<>(List.of("ablation", "setting", "J&F", "J", "F"));
        table.kinds().forEach(kind -> header.add(kind.substring(AblationTable.KIND.length())));
        header.addAll(List.of("difference", "p", "seeds"));
        return header;
    }

    private List<String> cells(AblationTable.Row row) {
        var cells = new ArrayList<>(List.of(row.ablation(), row.value()));
        for (var figure : List.of(CellResult.COMBINED, "J", "F")) {
            cells.add(row.figure(figure).map(Repeats::text).orElse(row.isFailed() ? "failed" : ""));
        }
        for (var kind : table.kinds()) {
            cells.add(row.figure(kind)
                    .map(repeats -> String.format(Locale.ROOT, "%.1f", repeats.mean()))
                    .orElse(""));
        }
        cells.add(row.difference()
                .map(repeats -> (repeats.mean() > 0 ? "+" : "") + repeats.text())
                .orElse(""));
        cells.add(
                row.p().isPresent() ? String.format(Locale.ROOT, "%.3f", row.p().getAsDouble()) : "");
        cells.add(Integer.toString(row.results().size()));
        return cells;
    }

    private String markdown() {
        var text = new StringBuilder("# ").append(table.name()).append("\n\n");
        line(text, header());
        text.append("|")
                .append(" --- |".repeat(2))
                .append(" ---: |".repeat(header().size() - 2))
                .append('\n');
        table.rows().forEach(row -> line(text, cells(row)));
        text.append('\n').append(NOTE).append('\n');
        if (!table.failures().isEmpty()) {
            text.append("\nNot done:\n\n");
            table.failures()
                    .forEach(failure -> text.append("- ").append(failure).append('\n'));
        }
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append(cells.stream()
                .map(cell -> " " + cell.replace("|", "\\|") + " ")
                .collect(Collectors.joining("|", "|", "|\n")));
    }

    private String csv() {
        var text = new StringBuilder(
                "ablation,setting,figure,mean,low95,high95,deviation,seeds,values,difference,difference_low95,difference_high95,p_holm\n");
        var figures = new ArrayList<>(List.of(CellResult.COMBINED, "J", "F"));
        figures.addAll(table.kinds());
        for (var row : table.rows()) {
            for (var figure : figures) {
                row.figure(figure).ifPresent(repeats -> {
                    boolean isCombined = figure.equals(CellResult.COMBINED);
                    var difference = isCombined ? row.difference() : Optional.<Repeats>empty();
                    text.append(quoted(row.ablation()))
                            .append(',')
                            .append(quoted(row.value()))
                            .append(',');
                    text.append(quoted(figure))
                            .append(',')
                            .append(interval(Optional.of(repeats)))
                            .append(',');
                    repeats.deviation().ifPresent(value -> text.append(number(value)));
                    text.append(',').append(repeats.values().length).append(',');
                    text.append(Arrays.stream(repeats.values())
                            .mapToObj(TableFiles::number)
                            .collect(Collectors.joining(";")));
                    text.append(',').append(interval(difference)).append(',');
                    if (isCombined) {
                        row.p().ifPresent(p -> text.append(number(p)));
                    }
                    text.append('\n');
                });
            }
        }
        return text.toString();
    }

    /** Mean, low and high end. */
    private static String interval(Optional<Repeats> repeats) {
        if (repeats.isEmpty()) {
            return ",,";
        }
        double mean = repeats.get().mean();
        var half = repeats.get().halfWidth();
        return number(mean)
                + (half.isEmpty()
                        ? ",,"
                        : "," + number(mean - half.getAsDouble()) + "," + number(mean + half.getAsDouble()));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.6g", value);
    }

    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9_ .&-]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    private String html() {
        var page = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
                .append(Html.text(table.name()))
                .append(
                        "</title><style>body{font:14px/1.5 system-ui,sans-serif;color:#1b1f27;margin:2rem auto;max-width:1320px;"
                                + "padding:0 1rem}table{border-collapse:collapse;font-variant-numeric:tabular-nums}th,td{padding:.25rem"
                                + " .6rem;border-bottom:1px solid #e6e9ee;text-align:right;white-space:nowrap}th:nth-child(-n+2),"
                                + "td:nth-child(-n+2){text-align:left}thead th{border-bottom:2px solid #8a93a3}.same td{color:#8a93a3}"
                                + ".note{color:#5a6270}</style></head><body><h1>")
                .append(Html.text(table.name()))
                .append("</h1>\n<table><thead><tr>");
        header().forEach(cell -> page.append("<th>").append(Html.text(cell)).append("</th>"));
        page.append("<th>J&amp;F and its interval</th></tr></thead><tbody>\n");
        double[] range = range();
        for (var row : table.rows()) {
            page.append("<tr>");
            cells(row)
                    .forEach(cell -> page.append("<td>").append(Html.text(cell)).append("</td>"));
            page.append("<td>")
                    .append(row.figure(CellResult.COMBINED)
                            .map(repeats -> plot(repeats, range))
                            .orElse(""))
                    .append("</td></tr>\n");
        }
        page.append("</tbody></table>\n<p class=\"note\">")
                .append(Html.text(NOTE))
                .append("</p>\n");
        if (!table.failures().isEmpty()) {
            page.append("<h2>Not done</h2><ul>");
            table.failures()
                    .forEach(failure ->
                            page.append("<li>").append(Html.text(failure)).append("</li>"));
            page.append("</ul>\n");
        }
        return page.append("</body></html>\n").toString();
    }

    /** The ends of the plot's axis: all values and the full method's interval. */
    private double[] range() {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (var row : table.rows()) {
            for (var result : row.results()) {
                low = Math.min(low, result.figures().get(CellResult.COMBINED));
                high = Math.max(high, result.figures().get(CellResult.COMBINED));
            }
        }
        double margin = Math.max(1, (high - low) * 0.1);
        return new double[] {low - margin, high + margin};
    }

    private static String plot(Repeats repeats, double[] range) {
        double scale = PLOT / (range[1] - range[0]);
        var svg = new StringBuilder(
                String.format(Locale.ROOT, "<svg width=\"%d\" height=\"%d\" role=\"img\">", PLOT, 2 * HALF_ROW));
        double half = repeats.halfWidth().orElse(0);
        double from = Math.max(0, (repeats.mean() - half - range[0]) * scale);
        double to = Math.min(PLOT, (repeats.mean() + half - range[0]) * scale);
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"#8a93a3\" stroke-width=\"2\"/>",
                from,
                to,
                HALF_ROW,
                HALF_ROW));
        for (double value : repeats.values()) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<circle cx=\"%.1f\" cy=\"%d\" r=\"2.5\" fill=\"#9cc0ff\"/>",
                    (value - range[0]) * scale,
                    HALF_ROW));
        }
        return svg.append(String.format(
                        Locale.ROOT,
                        "<circle cx=\"%.1f\" cy=\"%d\" r=\"4\" fill=\"#2f7bff\"/></svg>",
                        (repeats.mean() - range[0]) * scale,
                        HALF_ROW))
                .toString();
    }
}
