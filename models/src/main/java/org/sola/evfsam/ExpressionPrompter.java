package org.sola.evfsam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import org.sola.layer.Linear;
import org.sola.layer.Observer;
import org.sola.layer.Scoped;
import org.sola.tensor.Weights;

/**
 * A frame and an expression to a prompt for SAM: {@link EarlyFusion}, whose class token two linear layers bring to SAM's
 * width. F frames, E expressions (F a divisor of E: a frame's expressions are neighbours), C SAM's hidden width.
 */
public final class ExpressionPrompter {
    private final EarlyFusion fusion;
    private final Linear projection1;
    private final Linear projection2;

    private ExpressionPrompter(EvfSamConfig config, Weights weights) {
        int d = config.fusion().width();
        var projection = weights.at("text_hidden_fcs.0");
        this.fusion = EarlyFusion.of(config, weights.at("mm_extractor.beit3"));
        this.projection1 = Linear.of(projection.at(0), d, d);
        this.projection2 = Linear.of(projection.at(2), d, config.promptDim());
    }

    /** @param weights a whole checkpoint */
    public static ExpressionPrompter of(EvfSamConfig config, Weights weights) {
        return new ExpressionPrompter(config, weights);
    }

    /** Frames (F, 3, s, s), values -1..1, or features (F, C, s, s), to image tokens (F, P, D): once a frame. */
    public NDArray embedImage(NDArray frames) {
        return fusion.embedImage(frames);
    }

    /**
     * One prompt token an expression, (E, 1, C).
     *
     * @param imageTokens {@link #embedImage}, (F, P, D)
     * @param pieces word pieces of E expressions, their ends included; lengths may differ
     */
    public NDArray forward(NDArray imageTokens, List<long[]> pieces) {
        return Scoped.array(
                () -> project(fusion.classTokenAndPatches(imageTokens, pieces).get(0)));
    }

    /** As {@link #forward}, with the patches (E, patches, D) from which the last layer makes the prompt. */
    NDList promptAndPatches(NDArray imageTokens, List<long[]> pieces) {
        return Scoped.list(() -> {
            var read = fusion.classTokenAndPatches(imageTokens, pieces);
            return new NDList(project(read.get(0)), read.get(1));
        });
    }

    /** The same by way of all tokens, showing each part. */
    public NDArray forward(NDArray imageTokens, List<long[]> pieces, Observer observer) {
        return Scoped.array(() -> {
            var cls = fusion.encode(imageTokens, pieces, observer).get(0).get(":, 0:1"); // (E, 1, D)
            observer.see("cls", cls);
            return project(cls);
        });
    }

    private NDArray project(NDArray cls) {
        return projection2.forward(projection1.forwardRelu(cls));
    }
}
