package org.sola.sam2;

import java.util.ArrayList;
import java.util.List;
import org.sola.mask.Box;

/** The crops of an image and the points in each that the automatic mask generator prompts with. */
public final class CropGrid {
    /** A box closer than this to the edge of its crop was cut by it. */
    private static final int EDGE_PIXELS = 20;

    private CropGrid() {}

    /**
     * A part of the image.
     *
     * @param box its pixels
     * @param layer 0 for the whole image
     */
    public record Crop(Box box, int layer) {
        /**
         * Whether a mask's box was probably cut by this crop: an edge near the crop's own edge that is not the image's.
         *
         * @param inclusive left, top, right, bottom inside the crop, the last pixels included
         */
        public boolean cuts(int[] inclusive, int imageHeight, int imageWidth) {
            int[] crop = {box.x0(), box.y0(), box.x1(), box.y1()};
            int[] image = {0, 0, imageWidth, imageHeight};
            for (int side = 0; side < 4; side++) {
                int place = inclusive[side] + (side % 2 == 0 ? box.x0() : box.y0());
                if (Math.abs(place - crop[side]) <= EDGE_PIXELS && Math.abs(place - image[side]) > EDGE_PIXELS) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * The whole image, then layer by layer 2 x 2, 4 x 4, ... overlapping crops, column by column.
     *
     * @param overlapRatio overlap of the first layer as a share of the short side; it halves from layer to layer
     */
    public static List<Crop> crops(int height, int width, int layers, double overlapRatio) {
        var crops = new ArrayList<Crop>();
        crops.add(new Crop(new Box(0, 0, width, height), 0));
        for (int layer = 1; layer <= layers; layer++) {
            int perSide = 1 << layer;
            int overlap = (int) (overlapRatio * Math.min(height, width) * (2.0 / perSide));
            int cropWidth = length(width, perSide, overlap);
            int cropHeight = length(height, perSide, overlap);
            for (int column = 0; column < perSide; column++) {
                for (int row = 0; row < perSide; row++) {
                    int x = (cropWidth - overlap) * column;
                    int y = (cropHeight - overlap) * row;
                    var box = new Box(x, y, Math.min(x + cropWidth, width), Math.min(y + cropHeight, height));
                    crops.add(new Crop(box, layer));
                }
            }
        }
        return List.copyOf(crops);
    }

    private static int length(int whole, int perSide, int overlap) {
        return (int) Math.ceil((overlap * (perSide - 1) + whole) / (double) perSide);
    }

    /** A regular grid in 0..1, the points in the middle of their cells: x and y of each, x fastest. */
    public static double[][] points(int perSide) {
        double offset = 1.0 / (2 * perSide);
        double step = perSide == 1 ? 0 : (1 - offset - offset) / (perSide - 1);
        var points = new double[perSide * perSide][];
        for (int i = 0; i < points.length; i++) {
            points[i] =
                    new double[] {place(i % perSide, perSide, offset, step), place(i / perSide, perSide, offset, step)};
        }
        return points;
    }

    /** As numpy's linspace: the last value is the end itself. */
    private static double place(int index, int perSide, double offset, double step) {
        return index == perSide - 1 && perSide > 1 ? 1 - offset : index * step + offset;
    }

    /** Points a side in a layer's crops. */
    public static int pointsPerSide(int pointsPerSide, int layer, int downscale) {
        return (int) (pointsPerSide / Math.pow(downscale, layer));
    }
}
