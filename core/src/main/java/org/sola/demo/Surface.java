package org.sola.demo;

import java.util.List;

/** What a background or a textured object is made of. */
public sealed interface Surface {
    /** The picture of the surface, opaque everywhere. */
    Texture texture();

    /**
     * A procedural field coloured by a palette.
     *
     * @param grain name of the field's kind
     * @param variant which of its kind
     * @param palette colours 0xRRGGBB from the field's lowest to its highest value, at least two
     */
    record Procedural(String grain, int variant, List<Integer> palette) implements Surface {
        public Procedural {
            palette = List.copyOf(palette);
            if (palette.size() < 2) {
                throw new IllegalArgumentException("a palette needs at least two colours, not " + palette.size());
            }
        }

        @Override
        public Texture texture() {
            var colours = new int[256];
            for (int i = 0; i < 256; i++) {
                double at = i / 255.0 * (palette.size() - 1);
                int first = Math.min((int) at, palette.size() - 2);
                colours[i] = 0xFF000000 | blend(palette.get(first), palette.get(first + 1), at - first);
            }
            var field = Grain.valueOf(grain).field(variant);
            var argb = new int[field.length];
            for (int i = 0; i < argb.length; i++) {
                argb[i] = colours[field[i] & 0xFF];
            }
            return Texture.ofPremultiplied(Grain.SIZE, Grain.SIZE, argb);
        }

        private static int blend(int a, int b, double share) {
            int result = 0;
            for (int shift = 0; shift <= 16; shift += 8) {
                int from = a >>> shift & 0xFF;
                int to = b >>> shift & 0xFF;
                result |= (int) (from + (to - from) * share + 0.5) << shift;
            }
            return result;
        }
    }

    /**
     * A photo in another light.
     *
     * @param photo name of the photo
     * @param red factor of the red channel
     * @param green factor of the green channel
     * @param blue factor of the blue channel
     * @param contrast spread about mid grey, 1 as it is
     */
    record Photographic(String photo, double red, double green, double blue, double contrast) implements Surface {
        @Override
        public Texture texture() {
            var picture = Photo.valueOf(photo).picture();
            var reds = curve(red);
            var greens = curve(green);
            var blues = curve(blue);
            var source = picture.argb();
            var argb = new int[source.length];
            for (int i = 0; i < argb.length; i++) {
                int pixel = source[i];
                argb[i] = 0xFF000000
                        | reds[pixel >>> 16 & 0xFF] << 16
                        | greens[pixel >>> 8 & 0xFF] << 8
                        | blues[pixel & 0xFF];
            }
            return Texture.ofPremultiplied(picture.width(), picture.height(), argb);
        }

        private int[] curve(double factor) {
            var levels = new int[256];
            for (int i = 0; i < 256; i++) {
                double value = ((i - 110) * contrast + 110) * factor;
                levels[i] = (int) Math.max(0, Math.min(255, value + 0.5));
            }
            return levels;
        }
    }
}
