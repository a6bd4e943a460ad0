import java.awt.Color;
import java.awt.Font;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/**
 * Draws the letters that {@code org.sola.video.Lettering} cuts from a picture, so that no machine needs a font.
 *
 * <p>{@code java scripts/MakeLettering.java DejaVuSans-Bold.ttf core/src/main/resources/org/sola/video}
 */
class MakeLettering {
    static final int SIZE = 40;
    static final int CELL_WIDTH = 56;
    static final int CELL_HEIGHT = 52;
    static final int BASELINE = 40;
    static final int MARGIN = 4;
    static final int COLUMNS = 16;

    public static void main(String[] args) throws Exception {
        System.setProperty("java.awt.headless", "true");
        var font = Font.createFont(Font.TRUETYPE_FONT, Path.of(args[0]).toFile()).deriveFont((float) SIZE);
        int[] letters = IntStream.concat(
                        IntStream.concat(IntStream.rangeClosed(32, 126), IntStream.rangeClosed(161, 255)),
                        "\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u2192".chars())
                .filter(font::canDisplay)
                .toArray();
        int rows = (letters.length + COLUMNS - 1) / COLUMNS;
        var picture = new BufferedImage(COLUMNS * CELL_WIDTH, rows * CELL_HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
        var graphics = picture.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        graphics.setFont(font);
        graphics.setColor(Color.WHITE);
        var lines = new ArrayList<String>();
        lines.add("# size, cell width, cell height, columns, left margin; then a letter's code point and advance a line");
        lines.add("%d %d %d %d %d".formatted(SIZE, CELL_WIDTH, CELL_HEIGHT, COLUMNS, MARGIN));
        for (int i = 0; i < letters.length; i++) {
            String letter = Character.toString(letters[i]);
            double advance = font.getStringBounds(letter, graphics.getFontRenderContext()).getWidth();
            if (advance + 2 * MARGIN > CELL_WIDTH) {
                throw new IllegalStateException(letter + " is wider than its cell");
            }
            graphics.drawString(letter, i % COLUMNS * CELL_WIDTH + MARGIN, i / COLUMNS * CELL_HEIGHT + BASELINE);
            lines.add("%d %.2f".formatted(letters[i], advance));
        }
        Path folder = Path.of(args[1]);
        ImageIO.write(picture, "png", folder.resolve("lettering.png").toFile());
        Files.write(folder.resolve("lettering.txt"), lines);
    }
}
