package org.sola.demo;

import java.util.Optional;

/** What an object looks like: one of the named sprites, a plain shape, or a surface cut to an outline. */
public sealed interface Look permits SpriteLook, ShapeLook, SurfaceLook {
    /** The picture, its longer side the object's size; the same look gives the same picture. */
    Texture texture();

    /** The colour that anyone would name, if there is one. */
    Optional<NamedColour> colour();

    /** Whether a turn about the centre can be seen. */
    boolean turnVisible();
}
