package org.sola.demo;

import java.util.Optional;

/**
 * A named thing from the sprites.
 *
 * @param sprite which
 * @param paint the colour its main surface was painted in, empty for its own colours
 */
public record SpriteLook(Sprite sprite, Optional<NamedColour> paint) implements Look {
    @Override
    public Texture texture() {
        return SpriteCatalog.shared().texture(sprite, paint);
    }

    @Override
    public Optional<NamedColour> colour() {
        return paint.or(sprite::colour);
    }

    @Override
    public boolean turnVisible() {
        return !sprite.category().equals("ball");
    }
}
