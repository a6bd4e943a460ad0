package org.sola.train.selector;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Record;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.sola.tensor.EngineMemory;
import org.sola.text.TextTokens;

/**
 * The arrays of one step: B videos with E expressions in all, padded to N tracks, T frames and W words. Data are object
 * tokens (B, N, T, D), text tokens (E, W, C) and word counts (E); of several videos also the video of each expression
 * (E), and tracks (B) and frames (B) of each video: the inputs of {@link org.sola.selector.SelectorBlock}. Labels are 0 or 1 a track (E, N) and the mean text token of each
 * expression (E, C); of several videos also what each track counts in the loss (E, N), see {@link SelectorLoss}.
 */
final class StepInput {
    private StepInput() {}

    /** What a step sees of a video: tracks and frames of it, and some expressions with their text and labels. */
    record Part(VideoView view, int tokenDim, List<TextTokens> text, List<float[]> labels) {}

    /** Text tokens of all parts are {@code textDim} wide. */
    static Record of(NDManager manager, List<Part> parts, int textDim) throws IOException {
        var text = parts.stream().flatMap(part -> part.text().stream()).toList();
        int expressions = text.size();
        int words = text.stream().mapToInt(TextTokens::words).max().orElseThrow();
        var rows = new float[expressions * words * textDim];
        var means = new float[expressions * textDim];
        for (int e = 0; e < expressions; e++) {
            text.get(e).copyTo(rows, e * words * textDim);
            System.arraycopy(text.get(e).pooled(), 0, means, e * textDim, textDim);
        }
        var counts = text.stream().mapToLong(TextTokens::words).toArray();
        int tracks = parts.stream().mapToInt(part -> part.view().tracks()).max().orElseThrow();
        var labels = new float[expressions * tracks];
        int row = 0;
        for (var part : parts) {
            for (var own : part.labels()) {
                part.view().pick(own, labels, row++ * tracks);
            }
        }
        var data = new NDList(
                tokens(manager, parts, tracks),
                EngineMemory.of(manager, rows, new Shape(expressions, words, textDim)),
                manager.create(counts, new Shape(expressions)));
        var targets = new NDList(
                EngineMemory.of(manager, labels, new Shape(expressions, tracks)),
                EngineMemory.of(manager, means, new Shape(expressions, textDim)));
        if (parts.size() > 1) {
            data.add(EngineMemory.of(manager, videos(parts)));
            data.add(EngineMemory.of(
                    manager,
                    parts.stream().mapToLong(part -> part.view().tracks()).toArray()));
            data.add(EngineMemory.of(
                    manager,
                    parts.stream().mapToLong(part -> part.view().frames()).toArray()));
            targets.add(EngineMemory.of(manager, shares(parts, expressions, tracks), new Shape(expressions, tracks)));
        }
        return new Record(data, targets);
    }

    private static NDArray tokens(NDManager manager, List<Part> parts, int tracks) throws IOException {
        int frames = parts.stream().mapToInt(part -> part.view().frames()).max().orElseThrow();
        int width = parts.get(0).tokenDim();
        var shape = new Shape(parts.size(), tracks, frames, width);
        if (parts.size() == 1) {
            return EngineMemory.of(manager, parts.get(0).view().tokens(), shape);
        }
        var padded = new float[Math.toIntExact(shape.size())];
        for (int b = 0; b < parts.size(); b++) {
            var view = parts.get(b).view();
            float[] own = view.tokens();
            int length = view.frames() * width;
            for (int n = 0; n < view.tracks(); n++) {
                System.arraycopy(own, n * length, padded, (b * tracks + n) * frames * width, length);
            }
        }
        return EngineMemory.of(manager, padded, shape);
    }

    private static long[] videos(List<Part> parts) {
        return IntStream.range(0, parts.size())
                .boxed()
                .flatMapToLong(b -> parts.get(b).text().stream().mapToLong(text -> b))
                .toArray();
    }

    private static float[] shares(List<Part> parts, int expressions, int tracks) {
        var shares = new float[expressions * tracks];
        int row = 0;
        for (var part : parts) {
            int own = part.view().tracks();
            for (int e = 0; e < part.text().size(); e++, row++) {
                Arrays.fill(shares, row * tracks, row * tracks + own, (float) (1.0 / own / expressions));
            }
        }
        return shares;
    }
}
