package org.sola.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.sola.sam2.FrameFeatureSource;
import org.sola.sam2.FrameFeatures;
import org.sola.sam2.Sam2Config;

/** Features that a case gives by formula instead of frames: a part that all frames share plus one of their own. */
final class FormulaFeatures implements FrameFeatureSource {
    private final ParityCase parityCase;
    private final NDManager manager;
    private final Sam2Config config;

    FormulaFeatures(ParityCase parityCase, NDManager manager, Sam2Config config) {
        this.parityCase = parityCase;
        this.manager = manager;
        this.config = config;
    }

    @Override
    public int frameCount() {
        return parityCase.json().path("video").path("frames").asInt();
    }

    @Override
    public FrameFeatures at(int frame) {
        int c = config.hiddenDim();
        int size = config.imageSize();
        return new FrameFeatures(
                feature("in.feat_s0", frame, 1, c / 8, size / 4, size / 4),
                feature("in.feat_s1", frame, 1, c / 4, size / 8, size / 8),
                feature("in.feat_s2", frame, 1, c, size / 16, size / 16));
    }

    private NDArray feature(String name, int frame, long... shape) {
        return parityCase
                .formula(manager, name, 0, 1, shape)
                .add(parityCase.formula(manager, name + "." + frame, 0, 1, shape));
    }
}
