package org.sola.train.sam2;

import ai.djl.ndarray.NDArray;
import org.sola.sam2.FrameFeatures;
import org.sola.sam2.Sam2Config;
import org.sola.tensor.Scalar;
import org.sola.tensor.Weights;

/**
 * What object tokens are taught beside the masks: to tell kind, colour and box ({@link TokenProbe}), and to read what the
 * encoder says under their masks ({@link ContentReader}), which it is kept able to say ({@link PooledKinds}).
 */
final class TokenLessons {
    private final TokenProbe probe;
    private final PooledKinds pooled;
    private final ContentReader reader;

    private TokenLessons(TokenProbe probe, PooledKinds pooled, ContentReader reader) {
        this.probe = probe;
        this.pooled = pooled;
        this.reader = reader;
    }

    /** @param weights a whole checkpoint; what is only for the training lies below its own prefix */
    static TokenLessons of(Sam2Config config, Weights weights) {
        var auxiliary = weights.at(Sam2Training.AUXILIARY);
        return new TokenLessons(
                TokenProbe.of(config.hiddenDim(), auxiliary.at("probe")),
                PooledKinds.of(config, auxiliary.at("pooled")),
                ContentReader.of(config.hiddenDim(), auxiliary.at("reader")));
    }

    /**
     * @param tokens (N, C), of visible objects only
     * @param features of F frames
     * @param targets (F * P, 1, S/4, S/4), covered shares
     * @param rows the N of the F * P that the tokens stand for
     * @param truth of these N
     * @param teachesEncoder whether the encoder itself is asked too
     */
    TokenProbe.Result forward(
            NDArray tokens,
            FrameFeatures features,
            NDArray targets,
            NDArray rows,
            TokenProbe.Truth truth,
            boolean teachesEncoder) {
        var told = probe.forward(tokens, truth);
        var loss = told.loss().mul(Scalar.of(TokenProbe.TOKEN_WEIGHT));
        var contents = pooled.contents(features, targets, rows);
        if (teachesEncoder) {
            loss = loss.add(pooled.forward(contents, truth).loss().mul(Scalar.of(PooledKinds.WEIGHT)));
        }
        if (tokens.getShape().get(0) > 1) { // the contents of one object have no spread
            loss = loss.add(reader.loss(tokens, contents).mul(Scalar.of(ContentReader.WEIGHT)));
        }
        return new TokenProbe.Result(loss, told.kindAccuracy());
    }
}
