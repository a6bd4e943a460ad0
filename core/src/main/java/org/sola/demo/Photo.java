package org.sola.demo;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The photos that ship with the project; sources and licences in the NOTICE file beside them. */
enum Photo {
    BRICK,
    GRASS,
    GRAVEL,
    WOOD,
    FUR,
    LEAVES,
    GALAXIES,
    COFFEE,
    CAT,
    FIELD,
    LAUNCH,
    RACCOON;

    private static final Map<Photo, Picture> PICTURES = new ConcurrentHashMap<>();

    /** Those without anything that an expression could mean. */
    static final List<Photo> WITHOUT_THINGS = List.of(BRICK, GRASS, GRAVEL, WOOD, FUR, LEAVES, GALAXIES);

    Picture picture() {
        return PICTURES.computeIfAbsent(
                this, photo -> Picture.read("photos/" + name().toLowerCase(Locale.ROOT) + ".png"));
    }
}
