package org.sola.selector;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.IntStream;
import org.sola.tensor.Init;
import org.sola.tensor.Kernels;
import org.sola.tensor.Precision;
import org.sola.tensor.Weights;

/**
 * One alignment layer: attention among the tracks of a frame, among the frames of a track, and from every track and
 * frame to the language rows, each followed by a residual sum and a group normalisation over the whole sequence. B
 * videos or expressions, N tracks, T' reduced frames, D channels. A track's result depends on the other tracks present.
 */
final class ObjectLangAlignLayer {
    private final Attention objAttn;
    private final Attention motionAttn;
    private final LanguageAttention object2langAttn;
    private final List<Norm> norms;
    private final boolean attends;

    private ObjectLangAlignLayer(
            Attention objAttn,
            Attention motionAttn,
            LanguageAttention object2langAttn,
            List<Norm> norms,
            boolean attends) {
        this.objAttn = objAttn;
        this.motionAttn = motionAttn;
        this.object2langAttn = object2langAttn;
        this.norms = norms;
        this.attends = attends;
    }

    private record Norm(NDArray weight, NDArray bias, int groups) {
        static Norm of(SelectorConfig config, Weights weights) {
            return new Norm(
                    weights.get("weight", Init.constant(1), config.langTokenDim()),
                    weights.get("bias", Init.constant(0), config.langTokenDim()),
                    config.layerGroups());
        }

        /** (batch, length, D), statistics of a group over its channels and the whole length. */
        NDArray forward(NDArray x) {
            return Kernels.groupNormOfRows(x, groups, weight, bias);
        }

        /** The same without the rows where {@code present} (batch, length) is 0. */
        NDArray forward(NDArray x, NDArray present) {
            return Kernels.maskedGroupNormOfRows(x, groups, weight, bias, present);
        }
    }

    static ObjectLangAlignLayer of(SelectorConfig config, Weights weights, Precision precision) {
        return new ObjectLangAlignLayer(
                Attention.of(config, weights.at("obj_attn"), precision),
                Attention.of(config, weights.at("motion_attn"), precision),
                LanguageAttention.of(config, weights.at("object2lang_attn"), precision),
                IntStream.range(0, 3)
                        .mapToObj(i -> Norm.of(config, weights.at("norm").at(i)))
                        .toList(),
                true);
    }

    /** The same layer without its attentions: three normalisations. */
    ObjectLangAlignLayer withoutAttention() {
        return new ObjectLangAlignLayer(objAttn, motionAttn, object2langAttn, norms, false);
    }

    /** Among the tracks of a frame and then the frames of a track: (B, N, T', D) to the same; {@code pe} (T', D). */
    NDArray alongTracks(NDArray x, NDArray pe, Padding padding, boolean training, Probe probe) {
        boolean isWhole = padding.isNone();
        var shape = x.getShape();
        long b = shape.get(0);
        long n = shape.get(1);
        long t = shape.get(2);
        long d = shape.get(3);

        var frames = x.transpose(0, 2, 1, 3).reshape(b * t, n, d);
        var sum = frames;
        if (attends) {
            var attended = isWhole
                    ? objAttn.self(frames, frames, training)
                    : objAttn.self(frames, frames, padding.hiddenTracks(), training);
            probe.see("inter_object.attn", () -> attended.reshape(b, t, n, d).transpose(0, 2, 1, 3));
            sum = frames.add(attended);
        }
        var mixed = isWhole ? norms.get(0).forward(sum) : norms.get(0).forward(sum, padding.tracksOfFrames());
        var tracks = mixed.reshape(b, t, n, d).transpose(0, 2, 1, 3).reshape(b * n, t, d);
        probe.see("inter_object", () -> tracks.reshape(b, n, t, d));

        sum = tracks;
        if (attends) {
            // the position goes into queries and keys only
            var moved = isWhole
                    ? motionAttn.self(tracks.add(pe), tracks, training)
                    : motionAttn.self(tracks.add(pe), tracks, padding.hiddenFrames(), training);
            probe.see("motion.attn", () -> moved.reshape(b, n, t, d));
            sum = tracks.add(moved);
        }
        var normed = isWhole ? norms.get(1).forward(sum) : norms.get(1).forward(sum, padding.framesOfTracks());
        var y = normed.reshape(b, n, t, d);
        probe.see("motion", () -> y);
        return y;
    }

    /** The language attention's queries of every track and frame, (B, h, N * T', ..). */
    NDArray queries(NDArray x) {
        return object2langAttn.queries(rows(x));
    }

    /**
     * From tracks to language: x (B, N, T', D) and its queries, to (E, N, T', D) for the E expressions of {@code
     * language}; without attention one video is the same for all of them, (1, N, T', D).
     *
     * @param padding of the result
     */
    NDArray toLanguage(
            NDArray x, NDArray queries, LanguageRows language, Padding padding, boolean training, Probe probe) {
        var own = language.ofVideos(x);
        return attends
                ? joined(own, object2langAttn.forwardShared(queries, language, training), padding, probe)
                : normed(own, padding, probe);
    }

    /** From tracks to language: x (E, N, T', D), where each expression has its own, to the same. */
    NDArray toLanguage(NDArray x, LanguageRows language, Padding padding, boolean training, Probe probe) {
        return attends
                ? joined(x, object2langAttn.forward(rows(x), language, training), padding, probe)
                : normed(x, padding, probe);
    }

    private NDArray normed(NDArray x, Padding padding, Probe probe) {
        var shape = x.getShape();
        var y = normed(rows(x), padding).reshape(-1, shape.get(1), shape.get(2), shape.get(3));
        probe.see("language", () -> y);
        return y;
    }

    private NDArray normed(NDArray sum, Padding padding) {
        return padding.isNone() ? norms.get(2).forward(sum) : norms.get(2).forward(sum, padding.all());
    }

    private static NDArray rows(NDArray x) {
        var shape = x.getShape();
        return x.reshape(shape.get(0), shape.get(1) * shape.get(2), shape.get(3));
    }

    private NDArray joined(NDArray x, NDArray attended, Padding padding, Probe probe) {
        var shape = x.getShape();
        long n = shape.get(1);
        long t = shape.get(2);
        long d = shape.get(3);
        probe.see("language.attn", () -> attended.reshape(-1, n, t, d));
        var sum = rows(x).add(attended); // broadcasts over the expressions
        var y = normed(sum, padding).reshape(-1, n, t, d);
        probe.see("language", () -> y);
        return y;
    }
}
