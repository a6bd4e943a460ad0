package org.sola.demo;

/**
 * The surface behind the objects, going on for ever (mirrored at its edges).
 *
 * @param surface what it is made of
 * @param scale texels a world pixel; below 1 the surface is magnified
 * @param offsetX texel under the world's origin, to the right
 * @param offsetY texel under the world's origin, downwards
 * @param angle turn of the surface in radians
 */
public record Background(Surface surface, double scale, double offsetX, double offsetY, double angle) {}
