package org.sola.video;

import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.imageio.ImageIO;
import org.sola.image.Filter;
import org.sola.image.Resize;

/**
 * Text on pictures, cut from a picture of letters that ships with the program (DejaVu Sans Bold, Latin-1): machines
 * without fonts can write, and every machine writes the same pixels. Other characters become a question mark.
 */
final class Lettering {
    private static final Lettering LETTERS = load();
    private static final int UNKNOWN = '?';

    private final int size;
    private final int cellHeight;
    private final int cellWidth;
    private final int margin;
    private final Map<Integer, Letter> letters;
    private final Map<Integer, Map<Integer, float[]>> scaled = new ConcurrentHashMap<>();

    /** Coverage 0..1 of a cell, and how far the pen moves, both at the picture's own size. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Letter(float[] coverage, double advance) {}

    private Lettering(int size, int cellHeight, int cellWidth, int margin, Map<Integer, Letter> letters) {
        this.size = size;
        this.cellHeight = cellHeight;
        this.cellWidth = cellWidth;
        this.margin = margin;
        this.letters = letters;
    }

    /** Height of a line of text of a size in pixels. */
    static int lineHeight(int textSize) {
        return scale(LETTERS.cellHeight, textSize);
    }

    /** Width of a text in pixels, rounded up. */
    static int width(String text, int textSize) {
        double advance = text.codePoints().mapToDouble(c -> letter(c).advance).sum();
        return (int) Math.ceil(advance * textSize / LETTERS.size);
    }

    /** Writes a line with its upper left corner at (left, top); what lies outside is cut. */
    static void draw(Canvas canvas, String text, int left, int top, int textSize, Colour colour) {
        double pen = left - (double) LETTERS.margin * textSize / LETTERS.size;
        int height = lineHeight(textSize);
        int width = scale(LETTERS.cellWidth, textSize);
        for (int character : text.codePoints().toArray()) {
            float[] coverage = coverage(character, textSize);
            int x0 = (int) Math.round(pen);
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    canvas.blend(top + y, x0 + x, colour, coverage[y * width + x]);
                }
            }
            pen += letter(character).advance * textSize / LETTERS.size;
        }
    }

    /** Breaks a text between words into lines no wider than {@code width}; what is left after the last is cut off. */
    static List<String> wrap(String text, int textSize, int width, int maxLines) {
        var lines = new java.util.ArrayList<String>();
        var line = new StringBuilder();
        for (String word : text.strip().split("\\s+")) {
            if (!line.isEmpty() && width(line + " " + word, textSize) > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        boolean isCut = lines.size() > maxLines;
        var kept = new java.util.ArrayList<>(lines.subList(0, Math.min(maxLines, lines.size())));
        for (int i = 0; i < kept.size(); i++) {
            boolean endsEarly = isCut && i == kept.size() - 1;
            kept.set(i, shorten(kept.get(i), textSize, width, endsEarly));
        }
        return List.copyOf(kept);
    }

    private static String shorten(String line, int textSize, int width, boolean endsEarly) {
        String dots = "\u2026";
        String result = endsEarly ? line + dots : line;
        int end = line.length();
        while (end > 0 && width(result, textSize) > width) {
            end = line.offsetByCodePoints(end, -1);
            result = line.substring(0, end).stripTrailing() + dots;
        }
        return result;
    }

    private static int scale(int pixels, int textSize) {
        return Math.max(1, Math.round((float) pixels * textSize / LETTERS.size));
    }

    private static Letter letter(int character) {
        var letter = LETTERS.letters.get(character);
        return letter != null ? letter : LETTERS.letters.get(UNKNOWN);
    }

    private static float[] coverage(int character, int textSize) {
        var ofSize = LETTERS.scaled.computeIfAbsent(textSize, s -> new ConcurrentHashMap<>());
        int height = lineHeight(textSize);
        int width = scale(LETTERS.cellWidth, textSize);
        return ofSize.computeIfAbsent(
                character,
                c -> Resize.planes(
                        letter(c).coverage,
                        1,
                        LETTERS.cellHeight,
                        LETTERS.cellWidth,
                        height,
                        width,
                        Filter.BILINEAR_ANTIALIASED));
    }

    private static Lettering load() {
        System.setProperty("java.awt.headless", "true");
        try (var picture = resource("lettering.png");
                var lines =
                        new BufferedReader(new InputStreamReader(resource("lettering.txt"), StandardCharsets.UTF_8))) {
            ImageIO.setUseCache(false);
            BufferedImage image = ImageIO.read(picture);
            lines.readLine(); // the legend
            String[] head = lines.readLine().split(" ");
            int cellWidth = Integer.parseInt(head[1]);
            int cellHeight = Integer.parseInt(head[2]);
            int columns = Integer.parseInt(head[3]);
            var letters = new HashMap<Integer, Letter>();
            int index = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine(), index++) {
                String[] parts = line.split(" ");
                var coverage = new float[cellHeight * cellWidth];
                for (int i = 0; i < coverage.length; i++) {
                    int x = index % columns * cellWidth + i % cellWidth;
                    int y = index / columns * cellHeight + i / cellWidth;
                    coverage[i] = image.getRaster().getSample(x, y, 0) / 255f;
                }
                letters.put(Integer.parseInt(parts[0]), new Letter(coverage, Double.parseDouble(parts[1])));
            }
            return new Lettering(
                    Integer.parseInt(head[0]), cellHeight, cellWidth, Integer.parseInt(head[4]), Map.copyOf(letters));
        } catch (IOException e) {
            throw new UncheckedIOException("the letters that ship with the program cannot be read", e);
        }
    }

    private static InputStream resource(String name) throws IOException {
        var stream = Lettering.class.getResourceAsStream(name);
        if (stream == null) {
            throw new IOException("resource org/sola/video/" + name + " is not on the class path");
        }
        return stream;
    }
}
