package org.sola.report;

import java.awt.Color;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.sola.evaluate.Comparison;
import org.sola.infer.MethodCost;

/** A comparison's charts as PNG. */
final class CompareCharts {
    static final Color FIRST = new Color(0x2F7BFF);
    static final Color SECOND = new Color(0xF2A33A);

    private static final Color GREY = new Color(0x8A93A3);
    private static final Color[] COLOURS = {FIRST, SECOND, GREY};
    private static final int MOST_EXPRESSIONS = 200;
    private static final int FEW_EXPRESSIONS = 16;

    private CompareCharts() {}

    /** J&amp;F of both by kind, with the bootstrap intervals. */
    static byte[] kinds(CompareData data) throws IOException {
        var chart = new CategoryChartBuilder()
                .width(860)
                .height(300)
                .yAxisTitle("J&F")
                .build();
        Charts.style(chart.getStyler());
        chart.getStyler().setSeriesColors(COLOURS);
        chart.getStyler().setAvailableSpaceFill(0.6).setOverlapped(false);
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(100.0);
        var groups = new LinkedHashMap<>(data.comparison().kinds());
        groups.put("overall", data.comparison().overall());
        var names = new ArrayList<>(groups.keySet());
        chart.addSeries(data.a().name(), names, values(groups.values(), true), bars(groups.values(), true));
        chart.addSeries(data.b().name(), names, values(groups.values(), false), bars(groups.values(), false));
        return Charts.png(chart);
    }

    private static List<Double> values(Iterable<Comparison.Summary> groups, boolean isFirst) {
        var values = new ArrayList<Double>();
        groups.forEach(group -> values.add(
                100 * (isFirst ? group.paired().meanA() : group.paired().meanB())));
        return values;
    }

    /** Half the width of each interval; XChart draws them the same on both sides. */
    private static List<Double> bars(Iterable<Comparison.Summary> groups, boolean isFirst) {
        var bars = new ArrayList<Double>();
        groups.forEach(group -> {
            var interval = isFirst ? group.paired().intervalA() : group.paired().intervalB();
            bars.add(50 * (interval.high() - interval.low()));
        });
        return bars;
    }

    /** A point an expression: the second's J&amp;F over the first's. */
    static byte[] scatter(CompareData data) throws IOException {
        var chart = new XYChartBuilder()
                .width(425)
                .height(400)
                .xAxisTitle("J&F of " + data.a().name())
                .yAxisTitle("J&F of " + data.b().name())
                .build();
        Charts.style(chart.getStyler());
        chart.getStyler().setLegendVisible(false).setMarkerSize(5);
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(100.0).setYAxisMin(0.0).setYAxisMax(100.0);
        var equal = chart.addSeries("equal", new double[] {0, 100}, new double[] {0, 100});
        equal.setMarker(SeriesMarkers.NONE).setLineColor(GREY);
        var pairs = data.comparison().pairs();
        var points = chart.addSeries(
                "expressions",
                pairs.stream().map(pair -> 100 * pair.a().quality().combined()).toList(),
                pairs.stream().map(pair -> 100 * pair.b().quality().combined()).toList());
        points.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        points.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(new Color(0x2F, 0x7B, 0xFF, 90));
        return Charts.png(chart);
    }

    /** Seconds for E expressions on one video; nothing where neither recorded its cost. */
    static Optional<byte[]> cost(CompareData data) throws IOException {
        if (data.a().cost().isEmpty() && data.b().cost().isEmpty()) {
            return Optional.empty();
        }
        var chart = new XYChartBuilder()
                .width(425)
                .height(400)
                .xAxisTitle("expressions on one video")
                .yAxisTitle("seconds")
                .build();
        Charts.style(chart.getStyler());
        chart.getStyler().setSeriesColors(COLOURS);
        chart.getStyler().setXAxisMin(0.0).setYAxisMin(0.0);
        int most = most(data);
        var counts = IntStream.rangeClosed(0, most).mapToDouble(e -> e).toArray();
        data.a().cost().ifPresent(cost -> line(chart, data.a().name(), counts, cost));
        data.b().cost().ifPresent(cost -> line(chart, data.b().name(), counts, cost));
        if (data.crossing().isPresent() && data.crossing().get() <= most) {
            double at = data.crossing().get();
            var series = chart.addSeries(
                    String.format(java.util.Locale.ROOT, "equal at %.1f", at), new double[] {at}, new double[] {
                        data.a().cost().orElseThrow().secondsPerVideo()
                                + at * data.a().cost().orElseThrow().secondsPerExpression()
                    });
            series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter).setMarker(SeriesMarkers.DIAMOND);
        }
        return Optional.of(Charts.png(chart));
    }

    /** The last number of expressions of the curve: beyond the crossing where there is one near. */
    static int most(CompareData data) {
        double crossing = data.crossing().orElse(0.0);
        return crossing > MOST_EXPRESSIONS / 2.0
                ? FEW_EXPRESSIONS
                : Math.max(FEW_EXPRESSIONS, (int) Math.ceil(2 * crossing));
    }

    private static void line(org.knowm.xchart.XYChart chart, String name, double[] counts, MethodCost cost) {
        var seconds = java.util.Arrays.stream(counts)
                .map(count -> cost.secondsFor((int) count))
                .toArray();
        chart.addSeries(name, counts, seconds).setMarker(SeriesMarkers.NONE);
    }
}
