package org.sola.report;

import java.awt.AlphaComposite;
import java.awt.Color;
import java.awt.Image;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import org.sola.image.ImageFiles;
import org.sola.image.RgbImage;
import org.sola.mask.Mask;

/** A frame with the predicted mask as a tint and the outline of the truth, scaled to a width, as JPEG. */
final class FramePicture {
    private static final int TINT = 0x2F7BFF;
    private static final Color OUTLINE = new Color(0xFFD400);
    private static final float QUALITY = 0.82f;

    private FramePicture() {}

    static byte[] jpeg(RgbImage frame, Mask prediction, Mask truth, int width) throws IOException {
        int height = Math.max(1, Math.round((float) frame.height() * width / frame.width()));
        var tinted = new BufferedImage(frame.width(), frame.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < frame.height(); y++) {
            for (int x = 0; x < frame.width(); x++) {
                int rgb = frame.get(y, x, 0) << 16 | frame.get(y, x, 1) << 8 | frame.get(y, x, 2);
                tinted.setRGB(x, y, prediction.get(y, x) ? mix(rgb) : rgb);
            }
        }
        var picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        var graphics = picture.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        boolean shrinks = width < frame.width();
        graphics.drawImage(
                shrinks ? tinted.getScaledInstance(width, height, Image.SCALE_AREA_AVERAGING) : tinted,
                0,
                0,
                width,
                height,
                null);
        graphics.setComposite(AlphaComposite.SrcOver);
        graphics.setColor(OUTLINE);
        drawOutline(graphics, truth.resizeNearest(height, width));
        graphics.dispose();
        return ImageFiles.jpeg(picture, QUALITY);
    }

    private static int mix(int rgb) {
        int mixed = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            int value = (rgb >> shift & 0xFF) * 45 / 100 + (TINT >> shift & 0xFF) * 55 / 100;
            mixed |= value << shift;
        }
        return mixed;
    }

    /** Pixels of the mask with a neighbour outside it, two pixels thick. */
    private static void drawOutline(java.awt.Graphics2D graphics, Mask mask) {
        for (int y = 0; y < mask.height(); y++) {
            for (int x = 0; x < mask.width(); x++) {
                if (mask.get(y, x) && isEdge(mask, y, x)) {
                    graphics.fillRect(x, y, 1, 1);
                }
            }
        }
    }

    private static boolean isEdge(Mask mask, int y, int x) {
        for (int dy = -2; dy <= 2; dy++) {
            for (int dx = -2; dx <= 2; dx++) {
                int ny = y + dy;
                int nx = x + dx;
                boolean inside = ny >= 0 && nx >= 0 && ny < mask.height() && nx < mask.width();
                if (dy * dy + dx * dx <= 4 && inside && !mask.get(ny, nx)) {
                    return true;
                }
            }
        }
        return false;
    }
}
