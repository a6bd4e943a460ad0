package org.sola.report;

import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.sola.evaluate.EvaluationResult;
import org.sola.evaluate.ExpressionResult;
import org.sola.evaluate.PoolQuality;
import org.sola.evaluate.Quality;

/** The report's charts as PNG. */
final class Charts {
    private static final Color[] COLOURS = {
        new Color(0x2F7BFF), new Color(0x8A93A3), new Color(0xF2A33A), new Color(0xD9DDE4)
    };
    /** For more curves than a chart of bars has bars; told apart also by who does not see red and green. */
    private static final Color[] CURVES = {
        new Color(0x2F7BFF), new Color(0xF2A33A), new Color(0x4B5563), new Color(0x16A3A3),
        new Color(0xB5179E), new Color(0x8A6D3B), new Color(0x9AA3B2), new Color(0xD1495B)
    };

    private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

    private Charts() {}

    /** J&amp;F a kind: ours, the best selection, all tracks, a random track. */
    static byte[] kinds(EvaluationResult result) throws IOException {
        var chart = new CategoryChartBuilder()
                .width(860)
                .height(300)
                .yAxisTitle("J&F")
                .build();
        style(chart.getStyler());
        chart.getStyler().setAvailableSpaceFill(0.75).setOverlapped(false);
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(100.0);
        var groups = new LinkedHashMap<>(result.kinds());
        groups.put("overall", result.rows());
        var names = new ArrayList<>(groups.keySet());
        chart.addSeries("selector", names, values(groups, rows -> Quality.mean(
                        rows.stream().map(ExpressionResult::quality).toList())
                .combined()));
        if (result.hasPool()) {
            chart.addSeries(
                    "best selection", names, values(groups, rows -> EvaluationResult.poolMean(rows, PoolQuality::oracle)
                            .combined()));
            chart.addSeries(
                    "all tracks", names, values(groups, rows -> EvaluationResult.poolMean(rows, PoolQuality::allTracks)
                            .combined()));
            chart.addSeries(
                    "random track", names, values(groups, rows -> EvaluationResult.poolMean(rows, PoolQuality::random)
                            .combined()));
        }
        return png(chart);
    }

    private static List<Double> values(
            Map<String, List<ExpressionResult>> groups, ToDoubleFunction<List<ExpressionResult>> value) {
        return groups.values().stream()
                .map(rows -> 100 * value.applyAsDouble(rows))
                .toList();
    }

    /**
     * Curves of a training log against its first column.
     *
     * @param log CSV with a header; empty cells are left out
     * @param columns which columns are drawn, by name
     * @param prefix what is left out of their names in the legend
     */
    static byte[] training(Path log, Predicate<String> columns, String prefix, String yTitle) throws IOException {
        var lines = Files.readAllLines(log);
        var header = lines.isEmpty() ? new String[0] : lines.get(0).split(",");
        var chart = new XYChartBuilder()
                .width(425)
                .height(260)
                .xAxisTitle(header.length == 0 ? "" : header[0])
                .yAxisTitle(yTitle)
                .build();
        style(chart.getStyler());
        chart.getStyler().setSeriesColors(CURVES);
        // beside the curves, one below the other: side by side, more than three names do not fit below them
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
        chart.getStyler().setLegendLayout(Styler.LegendLayout.Vertical);
        chart.getStyler().setLegendSeriesLineLength(14).setLegendPadding(4);
        for (int c = 1; c < header.length; c++) {
            if (!columns.test(header[c])) {
                continue;
            }
            var xs = new ArrayList<Double>();
            var ys = new ArrayList<Double>();
            for (var line : lines.subList(1, lines.size())) {
                var cells = line.split(",", -1);
                if (c < cells.length && !cells[c].isBlank()) {
                    double y = Double.parseDouble(cells[c]);
                    if (Double.isFinite(y)) {
                        xs.add(Double.parseDouble(cells[0]));
                        ys.add(y);
                    }
                }
            }
            if (!xs.isEmpty()) {
                String name = header[c].startsWith(prefix) ? header[c].substring(prefix.length()) : header[c];
                chart.addSeries(name.replace('_', ' '), xs, ys).setMarker(SeriesMarkers.NONE);
            }
        }
        return chart.getSeriesMap().isEmpty() ? new byte[0] : png(chart);
    }

    static void style(AxesChartStyler styler) {
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setChartTitleVisible(false);
        styler.setPlotGridLinesColor(new Color(0xE6E9EE));
        styler.setPlotGridVerticalLinesVisible(false);
        styler.setLegendPosition(Styler.LegendPosition.OutsideS);
        styler.setLegendLayout(Styler.LegendLayout.Horizontal);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setLegendFont(FONT);
        styler.setAxisTickLabelsFont(FONT);
        styler.setAxisTitleFont(FONT);
        styler.setSeriesColors(COLOURS);
    }

    static byte[] png(Chart<?, ?> chart) throws IOException {
        return BitmapEncoder.getBitmapBytes(chart, BitmapEncoder.BitmapFormat.PNG);
    }
}
