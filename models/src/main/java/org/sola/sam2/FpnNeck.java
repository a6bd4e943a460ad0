package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.sola.layer.Scoped;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/**
 * The feature pyramid between trunk and decoder. Strides 4 and 8 are 1x1 convolutions of their stages, which the
 * decoder narrows at once ({@code conv_s0}, {@code conv_s1}); stride 16 also gets the upsampled stride 32.
 */
final class FpnNeck {
    private final List<Lateral> convs; // convs[0] belongs to the deepest stage
    private final Lateral convS0;
    private final Lateral convS1;

    private FpnNeck(List<Lateral> convs, Lateral convS0, Lateral convS1) {
        this.convs = convs;
        this.convS0 = convS0;
        this.convS1 = convS1;
    }

    /**
     * @param neck below {@code image_encoder.neck}
     * @param decoder below {@code sam_mask_decoder}
     */
    static FpnNeck of(Sam2Config config, Weights neck, Weights decoder) {
        long c = config.hiddenDim();
        long width = config.hiera().embedDim();
        var at = neck.at("convs");
        return new FpnNeck(
                List.of(
                        Lateral.of(at.at(0).at("conv"), 8 * width, c),
                        Lateral.of(at.at(1).at("conv"), 4 * width, c),
                        Lateral.of(at.at(2).at("conv"), 2 * width, c),
                        Lateral.of(at.at(3).at("conv"), width, c)),
                Lateral.of(decoder.at("conv_s0"), c, c / 8),
                Lateral.of(decoder.at("conv_s1"), c, c / 4));
    }

    /** The four stages, channels last, to features of stride 4, 8 and 16. */
    FrameFeatures forward(List<NDArray> stages) {
        var s0 = Scoped.array(() -> convs.get(3).then(convS0).forward(stages.get(0)));
        var s1 = Scoped.array(() -> convs.get(2).then(convS1).forward(stages.get(1)));
        var s2 = Scoped.array(() -> {
            var deepest = convs.get(0).forward(stages.get(3));
            return convs.get(1).forward(stages.get(2)).add(Kernels.nearest2x(deepest));
        });
        return new FrameFeatures(s0, s1, s2);
    }
}
