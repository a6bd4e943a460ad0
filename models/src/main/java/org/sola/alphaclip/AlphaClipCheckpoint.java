package org.sola.alphaclip;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import org.sola.tensor.Weights;

/** Reads the weights of an Alpha-CLIP. */
public final class AlphaClipCheckpoint {
    private AlphaClipCheckpoint() {}

    /** One file with both sides, as this project's training writes it. */
    public static AlphaClip open(AlphaClipConfig config, Path file, NDManager manager) throws IOException {
        var weights = Weights.open(file, manager);
        var network = AlphaClip.of(config, weights);
        weights.requireAllUsed(AlphaClip::isUnread);
        return network;
    }

    /**
     * The published pair.
     *
     * @param visual Alpha-CLIP's file, such as {@code clip_l14_336_grit_20m_4xe.pth}
     * @param clip CLIP's file, such as {@code ViT-L-14-336px.pt}
     */
    public static AlphaClip open(AlphaClipConfig config, Path visual, Path clip, NDManager manager) throws IOException {
        var images = Weights.open(visual, manager);
        var texts = Weights.open(clip, manager);
        var network = AlphaClip.of(config, images, texts);
        images.requireAllUsed();
        texts.requireAllUsed(name -> AlphaClip.isUnread(name) || name.startsWith("visual."));
        return network;
    }
}
