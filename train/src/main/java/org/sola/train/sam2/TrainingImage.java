package org.sola.train.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sola.demo.DemoObject;
import org.sola.demo.DemoScene;
import org.sola.demo.RenderedFrame;
import org.sola.demo.SceneRenderer;
import org.sola.tensor.EngineMemory;

/**
 * One rendered frame as the training sees it; immutable.
 *
 * @param pixels planar RGB (3, S, S), normalised
 * @param size S
 * @param owners whose pixel each pixel is, object number from 0, or -1
 * @param areas visible pixels of each object
 * @param objects the objects, in the order of their numbers
 */
@SuppressWarnings("ArrayRecordComponent")
public record TrainingImage(float[] pixels, int size, int[] owners, int[] areas, List<DemoObject> objects) {
    private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
    private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};
    /** Low-resolution masks have a quarter of the frame's side. */
    static final int STRIDE = 4;

    static TrainingImage of(DemoScene scene, SceneRenderer renderer, int frame) {
        RenderedFrame rendered = renderer.render(frame);
        int size = rendered.image().height();
        var rgb = rendered.image().rgb();
        var pixels = new float[3 * size * size];
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < size * size; i++) {
                pixels[c * size * size + i] = ((rgb[3 * i + c] & 0xFF) / 255f - MEAN[c]) / DEVIATION[c];
            }
        }
        var owners = new int[size * size];
        for (int i = 0; i < owners.length; i++) {
            owners[i] = (rendered.owners()[i] & 0xFF) - 1;
        }
        return new TrainingImage(pixels, size, owners, rendered.visiblePixels(), scene.objects());
    }

    /** Numbers of the objects with at least {@code pixels} visible pixels. */
    List<Integer> visible(int pixels) {
        var visible = new ArrayList<Integer>();
        for (int i = 0; i < areas.length; i++) {
            if (areas[i] >= pixels) {
                visible.add(i);
            }
        }
        return visible;
    }

    /** Whether enough of an object can be seen for half a pixel of a low-resolution mask. */
    public boolean shows(int object) {
        return areas[object] > STRIDE * STRIDE / 2;
    }

    /** Writes the covered share of every low-resolution pixel, 0..1, at {@code offset} of {@code target}. */
    void writeTarget(int object, float[] target, int offset) {
        int low = size / STRIDE;
        float unit = 1f / (STRIDE * STRIDE);
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                if (owners[y * size + x] == object) {
                    target[offset + y / STRIDE * low + x / STRIDE] += unit;
                }
            }
        }
    }

    /** The visible box (x0, y0, x1, y1) in pixels, the far side one past the last pixel; empty when not visible. */
    Optional<float[]> box(int object) {
        int x0 = size;
        int y0 = size;
        int x1 = -1;
        int y1 = -1;
        for (int i = 0; i < owners.length; i++) {
            if (owners[i] == object) {
                x0 = Math.min(x0, i % size);
                x1 = Math.max(x1, i % size);
                y0 = Math.min(y0, i / size);
                y1 = Math.max(y1, i / size);
            }
        }
        return x1 < 0 ? Optional.empty() : Optional.of(new float[] {x0, y0, x1 + 1f, y1 + 1f});
    }

    /** The {@code n}-th pixel, in rows, of an object, or of the background for -1. */
    int pixel(int object, int n) {
        int left = n;
        for (int i = 0; i < owners.length; i++) {
            if (owners[i] == object && left-- == 0) {
                return i;
            }
        }
        throw new IllegalArgumentException("object " + object + " has no pixel " + n);
    }

    /** Visible pixels that no object covers. */
    int backgroundPixels() {
        int sum = 0;
        for (int area : areas) {
            sum += area;
        }
        return size * size - sum;
    }

    /** The network's input for F images of side S: (F, 3, S, S). */
    public static NDArray input(NDManager manager, List<float[]> pixels, int size) {
        int length = 3 * size * size;
        var all = new float[pixels.size() * length];
        for (int f = 0; f < pixels.size(); f++) {
            System.arraycopy(pixels.get(f), 0, all, f * length, length);
        }
        return EngineMemory.of(manager, all, new Shape(pixels.size(), 3, size, size));
    }
}
