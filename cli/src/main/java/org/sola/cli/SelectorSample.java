package org.sola.cli;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.sola.selector.SelectorConfig;
import org.sola.tensor.EngineMemory;

/** The size of a video that a selector is measured on: its tracks, its frames and the words of its expressions. */
record SelectorSample(int tracks, int frames, int words) {
    private static final int MEANT = 5; // every fifth track

    /** The inputs of {@link org.sola.selector.SelectorBlock} and the labels of its loss. */
    record Arrays(NDList data, NDList labels) {}

    /** Videos padded to the largest, of random numbers, with as many expressions each. */
    static Arrays batch(NDManager manager, List<SelectorSample> videos, int expressions, SelectorConfig config) {
        int tracks = videos.stream().mapToInt(SelectorSample::tracks).max().orElseThrow();
        int frames = videos.stream().mapToInt(SelectorSample::frames).max().orElseThrow();
        int words = videos.get(0).words();
        int all = videos.size() * expressions;
        var counts = new long[all];
        var videoOf = new long[all];
        var labels = new float[all * tracks];
        var shares = new float[all * tracks];
        for (int e = 0; e < all; e++) {
            int video = e / expressions;
            int own = videos.get(video).tracks();
            counts[e] = words;
            videoOf[e] = video;
            for (int n = 0; n < own; n++) {
                labels[e * tracks + n] = n % MEANT == 0 ? 1 : 0;
                shares[e * tracks + n] = 1f / own / all;
            }
        }
        var data = new NDList(
                manager.randomNormal(new Shape(videos.size(), tracks, frames, config.objectTokenDim())),
                manager.randomNormal(new Shape(all, words, config.langTokenDim())),
                EngineMemory.of(manager, counts));
        var targets = new NDList(
                EngineMemory.of(manager, labels, new Shape(all, tracks)),
                data.get(1).mean(new int[] {1}));
        if (videos.size() > 1) {
            data.add(EngineMemory.of(manager, videoOf));
            data.add(EngineMemory.of(
                    manager, videos.stream().mapToLong(SelectorSample::tracks).toArray()));
            data.add(EngineMemory.of(
                    manager, videos.stream().mapToLong(SelectorSample::frames).toArray()));
            targets.add(EngineMemory.of(manager, shares, new Shape(all, tracks)));
        }
        return new Arrays(data, targets);
    }
}
