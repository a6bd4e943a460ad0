package org.sola.cli;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.sola.precompute.TokenCache;

/** Clips of a red square that moves over grass, in any kind of image, and a recipe that tracks them quickly. */
final class Clips {
    private Clips() {}

    /** Writes {@code frames} PNG files of {@link BufferedImage} type {@code type}. */
    static Path write(Path folder, int height, int width, int frames, int type) throws IOException {
        Files.createDirectories(folder);
        for (int t = 0; t < frames; t++) {
            ImageIO.write(
                    frame(height, width, t, type),
                    "png",
                    folder.resolve(name(t) + ".png").toFile());
        }
        return folder;
    }

    static String name(int frame) {
        return String.format(Locale.ROOT, "%05d", frame);
    }

    static BufferedImage frame(int height, int width, int t, int type) {
        var image = new BufferedImage(width, height, type);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean isSquare = y > height / 4 && y < height / 2 && x > 4 + 2 * t && x < width / 3 + 2 * t;
                image.setRGB(x, y, (isSquare ? Color.RED : new Color(40, 100 + (x * y) % 60, 30)).getRGB());
            }
        }
        return image;
    }

    /** The recipe of the demo with few points and few tracks. */
    static Path quickRecipe(Path file, int pointsPerSide) throws IOException {
        var demo = Path.of(System.getProperty("sola.home"), "configs/precompute/demo.yaml");
        return Files.writeString(
                file,
                Files.readString(demo)
                        .replace("pointsPerSide: 16", "pointsPerSide: " + pointsPerSide)
                        .replace("maximumTracks: 24", "maximumTracks: 2"));
    }

    /** Every file of a cache but the log of times, which is allowed to differ. */
    static TreeMap<String, String> content(Path cache) throws IOException {
        var content = new TreeMap<String, String>();
        try (var files = Files.walk(cache)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                String name = cache.relativize(file).toString();
                if (!name.endsWith(".log")) {
                    content.put(name, new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
                }
            }
        }
        return content;
    }

    /** The videos that a cache holds. */
    static java.util.List<String> videos(Path cache) throws IOException {
        return TokenCache.open(cache).videoIds();
    }
}
