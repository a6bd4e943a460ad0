package org.sola.demo;

/** Paints the main surface of a picture in another colour, shading kept: hue moved, saturation and value scaled. */
final class Repaint {
    private static final double REACH = 48; // degrees of hue that still belong to the surface

    private Repaint() {}

    /** Moves the colour that most of the picture has to {@code to}; pixels are plain ARGB, changed in place. */
    static void paint(int[] argb, NamedColour to) {
        double peak = dominantHue(argb);
        double weight = 0;
        double hueShift = 0;
        double saturation = 0;
        double value = 0;
        for (int pixel : argb) {
            double share = share(pixel, peak);
            if (pixel >>> 24 >= 128 && share > 0.5) {
                weight += 1;
                hueShift += distance(hue(pixel), peak);
                saturation += saturation(pixel);
                value += value(pixel);
            }
        }
        double centre = peak + hueShift / weight;
        double moreSaturation = to.saturation() / (saturation / weight);
        double moreValue = to.value() / (value / weight);
        for (int i = 0; i < argb.length; i++) {
            int pixel = argb[i];
            double share = share(pixel, centre);
            if (share > 0) {
                double newHue = to.hue() + 0.4 * distance(hue(pixel), centre);
                double newSaturation = Math.min(1, saturation(pixel) * moreSaturation);
                double newValue = Math.min(1, value(pixel) * moreValue);
                int painted = NamedColour.rgb(newHue, newSaturation, newValue);
                argb[i] = pixel & 0xFF000000
                        | mix(pixel >>> 16 & 0xFF, painted >>> 16 & 0xFF, share) << 16
                        | mix(pixel >>> 8 & 0xFF, painted >>> 8 & 0xFF, share) << 8
                        | mix(pixel & 0xFF, painted & 0xFF, share);
            }
        }
    }

    private static double dominantHue(int[] argb) {
        var bins = new double[36];
        for (int pixel : argb) {
            if (pixel >>> 24 >= 128 && saturation(pixel) > 0.3) {
                int bin = (int) StrictMath.floor(hue(pixel) / 10);
                bins[Math.floorMod(bin, 36)] += saturation(pixel);
            }
        }
        int best = 0;
        double most = -1;
        for (int i = 0; i < 36; i++) {
            double sum = bins[(i + 35) % 36] + bins[i] + bins[(i + 1) % 36];
            if (sum > most) {
                most = sum;
                best = i;
            }
        }
        if (most <= 0) {
            throw new IllegalStateException("a picture without any colour cannot be painted");
        }
        return best * 10 + 5;
    }

    private static int mix(int a, int b, double share) {
        return (int) (a + (b - a) * share + 0.5);
    }

    /** How much a pixel belongs to the surface, 0..1: by hue, and only where it is coloured at all. */
    private static double share(int pixel, double centre) {
        double saturation = saturation(pixel);
        if (saturation < 0.15) {
            return 0;
        }
        double far = Math.abs(distance(hue(pixel), centre));
        double byHue = Math.max(0, Math.min(1, (REACH - far) / 12));
        return byHue * Math.min(1, (saturation - 0.15) / 0.15);
    }

    /** From b to a around the circle, -180..180. */
    private static double distance(double a, double b) {
        double d = a - b + 180;
        return d - 360 * StrictMath.floor(d / 360) - 180;
    }

    private static int largest(int pixel) {
        return Math.max(pixel >>> 16 & 0xFF, Math.max(pixel >>> 8 & 0xFF, pixel & 0xFF));
    }

    private static int smallest(int pixel) {
        return Math.min(pixel >>> 16 & 0xFF, Math.min(pixel >>> 8 & 0xFF, pixel & 0xFF));
    }

    private static double value(int pixel) {
        return largest(pixel) / 255.0;
    }

    private static double saturation(int pixel) {
        int most = largest(pixel);
        return most == 0 ? 0 : (most - smallest(pixel)) / (double) most;
    }

    private static double hue(int pixel) {
        int red = pixel >>> 16 & 0xFF;
        int green = pixel >>> 8 & 0xFF;
        int blue = pixel & 0xFF;
        double chroma = largest(pixel) - smallest(pixel);
        if (chroma == 0) {
            return 0;
        }
        if (red >= green && red >= blue) {
            return 60 * (green - blue) / chroma;
        }
        return green >= blue ? 60 * (2 + (blue - red) / chroma) : 60 * (4 + (red - green) / chroma);
    }
}
