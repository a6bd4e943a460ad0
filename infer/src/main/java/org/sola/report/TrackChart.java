package org.sola.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.sola.infer.VideoScores;
import org.sola.precompute.Track;
import org.sola.precompute.VideoTracks;

/**
 * The tracks of an expression as SVG, best first: a bar for the score, a mark where the best selection takes the track,
 * and a strip over time, dark where the track is large, empty where it is not seen.
 */
final class TrackChart {
    private static final int ROW = 16;
    private static final int BAR = 150;
    private static final int STRIP = 300;
    private static final int LEFT = 34;
    private static final int MOST_ROWS = 12;

    private TrackChart() {}

    static String svg(
            VideoScores scores,
            VideoScores.ExpressionScores expression,
            Optional<VideoTracks> video,
            List<Integer> oracle) {
        var probabilities = expression.probabilities();
        var order =
                new ArrayList<>(IntStream.range(0, probabilities.size()).boxed().toList());
        order.sort(Comparator.comparing(probabilities::get).reversed());
        int rows = Math.min(MOST_ROWS, order.size());
        int width = LEFT + BAR + 44 + (video.isPresent() ? STRIP : 0);
        int height = (rows + 1) * ROW + 4;
        var svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg class=\"tracks\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">",
                width,
                height,
                width,
                height));
        svg.append("<text x=\"0\" y=\"11\">track</text><text x=\"").append(LEFT).append("\" y=\"11\">score</text>");
        video.ifPresent(tracks -> svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"11\">seen in frames 0 to %d</text>",
                LEFT + BAR + 44,
                tracks.frames() - 1)));
        for (int r = 0; r < rows; r++) {
            int track = order.get(r);
            row(
                    svg,
                    (r + 1) * ROW,
                    scores.trackIds().get(track),
                    probabilities.get(track),
                    scores.threshold(),
                    oracle.contains(track));
            if (video.isPresent() && track < video.get().tracks().size()) {
                strip(svg, (r + 1) * ROW, video.get().tracks().get(track));
            }
        }
        float x = LEFT + BAR * scores.threshold();
        svg.append(String.format(
                Locale.ROOT,
                "<line class=\"cut\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                x,
                x,
                ROW - 1,
                height));
        svg.append("</svg>");
        if (order.size() > rows) {
            svg.append("<p class=\"note\">and ").append(order.size() - rows).append(" tracks with lower scores</p>");
        }
        return svg.toString();
    }

    private static void row(StringBuilder svg, int y, int id, float probability, float threshold, boolean inOracle) {
        svg.append(String.format(Locale.ROOT, "<text x=\"0\" y=\"%d\">%d%s</text>", y + 11, id, inOracle ? " ✓" : ""));
        svg.append(String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
                probability > threshold ? "chosen" : "left",
                LEFT,
                y + 2,
                Math.max(1, BAR * probability),
                ROW - 5));
        svg.append(
                String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\">%.2f</text>", LEFT + BAR + 6, y + 11, probability));
    }

    private static void strip(StringBuilder svg, int y, Track track) {
        int frames = track.masks().size();
        double largest = track.masks().stream()
                .mapToLong(mask -> mask.areaPixels())
                .max()
                .orElse(1);
        double step = (double) STRIP / frames;
        int left = LEFT + BAR + 44;
        svg.append(String.format(
                Locale.ROOT,
                "<rect class=\"time\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>",
                left,
                y + 2,
                STRIP,
                ROW - 5));
        for (int t = 0; t < frames; t++) {
            double share = track.masks().get(t).areaPixels() / Math.max(1, largest);
            if (share > 0) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<rect class=\"seen\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" opacity=\"%.2f\"/>",
                        left + t * step,
                        y + 2,
                        step,
                        ROW - 5,
                        0.35 + 0.65 * share));
            }
        }
        svg.append(String.format(
                Locale.ROOT,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\"/>",
                left + (track.promptFrame() + 0.5) * step,
                y + 2 + (ROW - 5) / 2.0));
    }
}
