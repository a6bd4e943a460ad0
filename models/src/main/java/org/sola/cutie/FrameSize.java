package org.sola.cutie;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import org.sola.image.RgbImage;
import org.sola.layer.Scoped;
import org.sola.mask.Mask;
import org.sola.tensor.Kernels;

/**
 * How frames get into the network and answers out of it: resized, then padded with zeros to multiples of 16, the smaller
 * half of the padding above and left; then mirrored beside itself where that is wanted.
 *
 * @param height of the video's frames
 * @param width of the video's frames
 * @param innerHeight after resizing
 * @param innerWidth after resizing
 * @param mirrors whether the mirrored frame goes along
 */
public record FrameSize(int height, int width, int innerHeight, int innerWidth, boolean mirrors) {
    /** A video's size under these settings. */
    public static FrameSize of(int height, int width, CutieSettings settings) {
        int shorter = Math.min(height, width);
        int wanted = settings.shorterSide();
        boolean resizes = wanted > 0 && (shorter > wanted || settings.enlarges() && shorter < wanted);
        return new FrameSize(
                height,
                width,
                resizes ? resized(height, shorter, wanted) : height,
                resizes ? resized(width, shorter, wanted) : width,
                settings.mirrors());
    }

    /** In the published code's order of operations, which decides where it truncates. */
    private static int resized(int side, int shorter, int wanted) {
        return (int) ((double) side / shorter * wanted);
    }

    /** Rows with the padding. */
    public int paddedHeight() {
        return padded(innerHeight);
    }

    /** Columns with the padding. */
    public int paddedWidth() {
        return padded(innerWidth);
    }

    private static int padded(int side) {
        return (side + Cutie.STRIDE - 1) / Cutie.STRIDE * Cutie.STRIDE;
    }

    /** Rows of padding above the frame. */
    public int above() {
        return (paddedHeight() - innerHeight) / 2;
    }

    /** Columns of padding to the left of it. */
    public int left() {
        return (paddedWidth() - innerWidth) / 2;
    }

    /** Refuses what has another size than the video. */
    void check(String what, int itsHeight, int itsWidth) {
        if (itsHeight != height || itsWidth != width) {
            throw new IllegalArgumentException(what + " is " + itsWidth + "x" + itsHeight + ", the video's frames are "
                    + width + "x" + height + " (width x height)");
        }
    }

    /** An image as the network takes it, (B, 3, H, W) of 0..1. */
    NDArray network(NDManager manager, RgbImage image) {
        check("a frame", image.height(), image.width());
        return Scoped.array(() -> {
            var rows = manager.create(
                    ByteBuffer.wrap(image.rgb()), new Shape(1, image.height(), image.width(), 3), DataType.UINT8);
            return network(Kernels.contiguous(
                    rows.toType(DataType.FLOAT32, false).transpose(0, 3, 1, 2).div(255f)));
        });
    }

    /** The same of an image (1, 3, height, width) of 0..1. */
    NDArray network(NDArray image) {
        check("a frame", (int) image.getShape().get(2), (int) image.getShape().get(3));
        return Scoped.array(() -> {
            var inner = isResized() ? Kernels.bilinear(image, innerHeight, innerWidth) : image;
            return withMirrored(padded(inner)).mul(1);
        });
    }

    private boolean isResized() {
        return innerHeight != height || innerWidth != width;
    }

    private NDArray padded(NDArray inner) {
        if (innerHeight == paddedHeight() && innerWidth == paddedWidth()) {
            return inner;
        }
        var shape = inner.getShape();
        var manager = inner.getManager();
        var padded = manager.zeros(new Shape(shape.get(0), shape.get(1), paddedHeight(), paddedWidth()));
        padded.set(new ai.djl.ndarray.index.NDIndex(inside()), inner);
        return padded;
    }

    private String inside() {
        return ":, :, " + above() + ":" + (above() + innerHeight) + ", " + left() + ":" + (left() + innerWidth);
    }

    /** (1, C, H, W) to (B, C, H, W). */
    NDArray withMirrored(NDArray map) {
        return mirrors ? NDArrays.concat(new NDList(map, map.flip(3))) : map;
    }

    /** (B, C, H, W) to (1, C, H, W): the mean of both views. */
    NDArray merged(NDArray maps) {
        return mirrors ? maps.get("0:1").add(maps.get("1:2").flip(3)).div(2) : maps;
    }

    /** A mask at the padded size, (1, 1, H, W) of 0 and 1. */
    NDArray network(NDManager manager, Mask mask) {
        check("a mask", mask.height(), mask.width());
        var inner = isResized() ? mask.resizeNearestExact(innerHeight, innerWidth) : mask;
        var values = new float[innerHeight * innerWidth];
        byte[] bytes = inner.toBytes();
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes[i];
        }
        return padded(manager.create(values, new Shape(1, 1, innerHeight, innerWidth)));
    }

    /** Shares (1, 1 + K, H, W) at the video's own size. */
    NDArray restored(NDArray shares) {
        var inner = shares.get(inside());
        return isResized() ? Kernels.bilinear(Kernels.contiguous(inner), height, width) : inner;
    }
}
