package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.sola.mask.Mask;
import org.sola.sam2.ObjectState.LabelledPoint;
import org.sola.tensor.Kernels;

/**
 * Prompts from the video's size to the network's.
 *
 * @param height of the video in pixels
 * @param width of the video in pixels
 * @param imageSize side of the network input in pixels
 */
record PromptSize(int height, int width, int imageSize) {
    /**
     * Refuses a mask of another size, a click outside of the frame, and a box that has nothing in it.
     *
     * @param place what messages call the place, such as "frame 3"
     */
    void check(Prompt prompt, String place) {
        if (prompt instanceof Prompt.MaskPrompt given) {
            if (given.mask().height() != height || given.mask().width() != width) {
                throw new IllegalArgumentException("the mask prompt on " + place + " is "
                        + given.mask().height() + "x" + given.mask().width() + ", the image " + height + "x" + width
                        + " (height x width)");
            }
        } else if (prompt instanceof Prompt.BoxPrompt box) {
            if (!(box.left() <= width && box.right() >= 0 && box.top() <= height && box.bottom() >= 0)) {
                throw new IllegalArgumentException("the box (" + box.left() + ", " + box.top() + ", " + box.right()
                        + ", " + box.bottom() + ") on " + place + " lies outside of the image of " + inWords());
            }
            box.clicks().forEach(click -> check(click, place));
        } else if (prompt instanceof Prompt.PointPrompt points) {
            points.clicks().forEach(click -> check(click, place));
        }
    }

    private void check(Prompt.Click click, String place) {
        if (click.x() < 0 || click.x() > width || click.y() < 0 || click.y() > height) {
            throw new IllegalArgumentException("the click (" + click.x() + ", " + click.y() + ") on " + place
                    + " lies outside of the image of " + inWords());
        }
    }

    private String inWords() {
        return width + "x" + height + " pixels (width x height; x comes before y)";
    }

    /** The points of a click or box prompt; a box is its two corners, before any click. */
    List<LabelledPoint> points(Prompt prompt) {
        var points = new ArrayList<LabelledPoint>();
        List<Prompt.Click> clicks = List.of();
        if (prompt instanceof Prompt.BoxPrompt box) {
            points.add(point(box.left(), box.top(), PromptEncoder.TOP_LEFT));
            points.add(point(box.right(), box.bottom(), PromptEncoder.BOTTOM_RIGHT));
            clicks = box.clicks();
        } else if (prompt instanceof Prompt.PointPrompt given) {
            clicks = given.clicks();
        }
        for (var click : clicks) {
            points.add(
                    point(click.x(), click.y(), click.isPositive() ? PromptEncoder.OBJECT : PromptEncoder.BACKGROUND));
        }
        return points;
    }

    private LabelledPoint point(double x, double y, int label) {
        return new LabelledPoint((float) x / width * imageSize, (float) y / height * imageSize, label);
    }

    /** A mask as (1, 1, S, S), 0 or 1: antialiased bilinear, then from one half on. */
    NDArray mask(NDManager manager, Mask mask) {
        var values = new float[mask.height() * mask.width()];
        byte[] bytes = mask.toBytes();
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes[i];
        }
        var array = manager.create(values, new Shape(1, 1, mask.height(), mask.width()));
        if (mask.height() == imageSize && mask.width() == imageSize) {
            return array;
        }
        return Kernels.bilinearAntialiased(array, imageSize, imageSize)
                .gte(0.5f)
                .toType(DataType.FLOAT32, false);
    }
}
