package org.sola.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The sprites that ship with the project; pictures are read when first needed and kept. Thread-safe. */
public final class SpriteCatalog {
    private static final String FOLDER = "sprites/";
    private final List<Sprite> sprites;
    private final Map<SpriteLook, Texture> textures = new ConcurrentHashMap<>();

    private static final class Holder {
        static final SpriteCatalog SHARED = new SpriteCatalog(readTable());
    }

    private SpriteCatalog(List<Sprite> sprites) {
        this.sprites = List.copyOf(sprites);
    }

    /** The catalogue of this program. */
    public static SpriteCatalog shared() {
        return Holder.SHARED;
    }

    /** Every sprite, in the order of the table. */
    public List<Sprite> sprites() {
        return sprites;
    }

    Texture texture(Sprite sprite, Optional<NamedColour> paint) {
        return textures.computeIfAbsent(new SpriteLook(sprite, paint), look -> {
            var picture = Picture.read(FOLDER + sprite.file());
            var argb = picture.argb().clone();
            paint.ifPresent(colour -> Repaint.paint(argb, colour));
            return Texture.ofStraight(picture.width(), picture.height(), argb);
        });
    }

    private static List<Sprite> readTable() {
        String name = FOLDER + "sprites.tsv";
        var sprites = new ArrayList<Sprite>();
        try (var in = new BufferedReader(new InputStreamReader(Picture.open(name), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.startsWith("#")) {
                    sprites.add(parse(line));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource " + name, e);
        }
        return sprites;
    }

    private static Sprite parse(String line) {
        var field = line.split("\t", -1);
        if (field.length != 9) {
            throw new IllegalStateException("sprites.tsv: 9 columns expected, found " + field.length + " in: " + line);
        }
        return new Sprite(
                field[0],
                field[2],
                field[3],
                field[4],
                field[5].equals("-") ? Set.of() : Set.of(field[5].split(",")),
                field[6].equals("-")
                        ? Optional.empty()
                        : Optional.of(NamedColour.valueOf(field[6].toUpperCase(Locale.ROOT))),
                field[7].equals("yes"),
                field[8].equals("left"));
    }
}
