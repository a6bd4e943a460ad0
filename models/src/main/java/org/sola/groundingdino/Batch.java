package org.sola.groundingdino;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Kernels;
import org.sola.text.TransformerEncoder;

/**
 * Images and captions that go through the network together, an image with a caption each. B pairs, N rows of all images,
 * T word pieces of the longest caption, C channels.
 *
 * <p>Rows of images of any sizes lie one below the other, so no image is padded and nothing of another image has to be
 * hidden from it. Captions are padded at their end, since the work on them is small.
 */
final class Batch {
    private final List<ImageMemory> images;
    private final List<TextMemory> texts;
    private final int[] starts;
    private final int pieces;

    Batch(List<ImageMemory> images, List<TextMemory> texts) {
        if (images.isEmpty() || images.size() != texts.size()) {
            throw new IllegalArgumentException("every image needs a caption of its own, not " + texts.size()
                    + " captions for " + images.size() + " images");
        }
        this.images = List.copyOf(images);
        this.texts = List.copyOf(texts);
        this.starts = new int[images.size() + 1];
        for (int b = 0; b < images.size(); b++) {
            starts[b + 1] = starts[b] + images.get(b).levels().rows();
        }
        this.pieces = texts.stream().mapToInt(TextMemory::pieces).max().orElseThrow();
    }

    /** B. */
    int size() {
        return images.size();
    }

    Levels levels(int pair) {
        return images.get(pair).levels();
    }

    /** N. */
    int rows() {
        return starts[size()];
    }

    /** The first row of an image. */
    int start(int pair) {
        return starts[pair];
    }

    /** The row after an image's last. */
    int end(int pair) {
        return starts[pair + 1];
    }

    /** Where the maps of an image lie among all rows, as {@link Kernels#sampleRows} wants it: (3, L). */
    NDArray table(NDManager manager, int pair) {
        return levels(pair).table(manager, start(pair));
    }

    /** An image's part of {@code rows} (N, ..). */
    NDArray ofImage(NDArray rows, int pair) {
        return size() == 1 ? rows : rows.get(start(pair) + ":" + end(pair));
    }

    /** The pieces of a caption in {@code rows} (B, T, ..), without padding: (T', ..). */
    NDArray ofText(NDArray rows, int pair) {
        return rows.get(pair + ", 0:" + texts.get(pair).pieces());
    }

    /** All images' rows: (N, C). */
    NDArray imageRows() {
        return joined(b -> images.get(b).rows());
    }

    /** Their positions: (N, C). */
    NDArray imagePositions() {
        return joined(b -> images.get(b).positions());
    }

    /** Centres of all cells in parts of their own image, x before y: (N, 2). */
    NDArray centres() {
        var manager = images.get(0).rows().getManager();
        return joined(b -> levels(b).centres(manager));
    }

    private NDArray joined(IntFunction<NDArray> part) {
        return size() == 1
                ? part.apply(0)
                : NDArrays.concat(
                        new NDList(IntStream.range(0, size()).mapToObj(part).toList()), 0);
    }

    /** All captions' rows: (B, T, C). */
    NDArray textRows() {
        return padded(b -> texts.get(b).rows());
    }

    /** Their positions: (B, T, C). */
    NDArray textPositions() {
        return padded(b -> texts.get(b).positions());
    }

    /** A matrix a caption, each (T', C), filled up with zeros: (B, T, C). */
    NDArray padded(IntFunction<NDArray> part) {
        var rows = new NDList();
        for (int b = 0; b < size(); b++) {
            var own = part.apply(b);
            long missing = pieces - own.getShape().get(0);
            rows.add(missing == 0 ? own : Kernels.padRightBottom(own, 0, missing));
        }
        return size() == 1 ? rows.get(0).expandDims(0) : NDArrays.stack(rows, 0);
    }

    /** 0 where the row's piece sees the column's, else -infinity: (B, 1, T, T). A padded piece sees itself. */
    NDArray blockMask() {
        if (size() == 1) {
            return texts.get(0).mask();
        }
        var sees = new boolean[size()][pieces][pieces];
        for (int b = 0; b < size(); b++) {
            float[] own = texts.get(b).mask().toFloatArray();
            int width = texts.get(b).pieces();
            for (int i = 0; i < pieces; i++) {
                for (int j = 0; j < pieces; j++) {
                    sees[b][i][j] = i < width && j < width ? own[i * width + j] == 0 : i == j;
                }
            }
        }
        return TransformerEncoder.pairMask(images.get(0).rows().getManager(), sees);
    }

    /** What hides padded pieces, (B, 1, 1, T); nothing where no caption is padded. */
    Optional<NDArray> paddingMask() {
        int[] sizes = texts.stream().mapToInt(TextMemory::pieces).toArray();
        return paddingMask(images.get(0).rows().getManager(), sizes);
    }

    /** Hides what lies behind the end of each row: (B, 1, 1, the longest); nothing where all are as long. */
    static Optional<NDArray> paddingMask(NDManager manager, int... sizes) {
        int longest = IntStream.of(sizes).max().orElseThrow();
        if (IntStream.of(sizes).allMatch(size -> size == longest)) {
            return Optional.empty();
        }
        var values = new float[sizes.length * longest];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % longest < sizes[i / longest] ? 0 : Float.NEGATIVE_INFINITY;
        }
        return Optional.of(EngineMemory.of(manager, values, new Shape(sizes.length, 1, 1, longest)));
    }
}
