package org.sola.demo;

/** A texture under an affine map, ready to be drawn into a frame. */
final class Stamp {
    private final Texture texture;
    private final int height;
    private final int width;
    private final double centreX;
    private final double centreY;
    // texel = centre of the texture + (a b; c d) * (pixel - centre)
    private final double a;
    private final double b;
    private final double c;
    private final double d;
    private final double reachX;
    private final double reachY;
    private final double wholePixels;

    /** @param soften 1 for the sharpest copy of the texture, 2, 4, ... for softer ones */
    Stamp(Texture full, Pose pose, CameraPose camera, int height, int width, int soften) {
        this.height = height;
        this.width = width;
        this.centreX = camera.screenX(pose.x(), pose.y(), width);
        this.centreY = camera.screenY(pose.x(), pose.y(), height);
        double pixelsPerTexel = pose.size() * camera.zoom() / Math.max(full.width(), full.height());
        this.texture = full.level(soften / pixelsPerTexel);
        double ratio = (double) full.width() / texture.width(); // texels of the full picture in one of this level
        double angle = pose.angle() + camera.angle();
        double cos = StrictMath.cos(angle);
        double sin = StrictMath.sin(angle);
        double inverse = 1 / (pixelsPerTexel * ratio);
        double inverseX = inverse / pose.mirror();
        this.a = cos * inverseX;
        this.b = sin * inverseX;
        this.c = -sin * inverse;
        this.d = cos * inverse;
        double halfX = Math.abs(pose.mirror()) * pixelsPerTexel * full.width() / 2;
        double halfY = pixelsPerTexel * full.height() / 2;
        this.reachX = Math.abs(cos) * halfX + Math.abs(sin) * halfY + 1;
        this.reachY = Math.abs(sin) * halfX + Math.abs(cos) * halfY + 1;
        this.wholePixels = full.opaqueArea() * pixelsPerTexel * pixelsPerTexel * Math.abs(pose.mirror());
    }

    /** Pixels it covers when nothing hides it. */
    double wholePixels() {
        return wholePixels;
    }

    private interface Paint {
        void at(int pixel, int argb);
    }

    /** Draws over the pixels, and takes over as owner where it covers at least half. */
    void draw(int[] pixels, byte[] owners, int id) {
        each((at, colour) -> {
            int alpha = colour >>> 24;
            pixels[at] = alpha == 255 ? colour : 0xFF000000 | colour + dimmed(pixels[at], 255 - alpha);
            if (alpha >= 128) {
                owners[at] = (byte) id;
            }
        });
    }

    /** Darkens what it covers, by strength / 256 at most. */
    void darken(int[] pixels, int strength) {
        each((at, colour) -> pixels[at] = 0xFF000000 | dimmed(pixels[at], 255 - ((colour >>> 24) * strength >> 8)));
    }

    /** The three colours times share / 255, without alpha. */
    private static int dimmed(int pixel, int share) {
        int weight = share + (share >>> 7); // 0..256
        int even = (pixel & 0xFF00FF) * weight >>> 8 & 0xFF00FF;
        int green = (pixel >>> 8 & 0xFF) * weight & 0xFF00;
        return even | green;
    }

    private void each(Paint paint) {
        int top = Math.max(0, (int) StrictMath.floor(centreY - reachY));
        int bottom = Math.min(height - 1, (int) StrictMath.ceil(centreY + reachY));
        int left = Math.max(0, (int) StrictMath.floor(centreX - reachX));
        int right = Math.min(width - 1, (int) StrictMath.ceil(centreX + reachX));
        double midU = texture.width() * 128.0;
        double midV = texture.height() * 128.0;
        for (int y = top; y <= bottom; y++) {
            double dy = y + 0.5 - centreY;
            double rowU = midU + 256 * b * dy;
            double rowV = midV + 256 * d * dy;
            for (int x = left; x <= right; x++) {
                double dx = x + 0.5 - centreX;
                int u = (int) (rowU + 256 * a * dx);
                int v = (int) (rowV + 256 * c * dx);
                int colour = texture.sample(u, v);
                if (colour >>> 24 != 0) {
                    paint.at(y * width + x, colour);
                }
            }
        }
    }
}
