package org.sola.findtrack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sola.alphaclip.AlphaClip;
import org.sola.alphaclip.AlphaInput;
import org.sola.alphaclip.TextReader;
import org.sola.image.RgbImage;
import org.sola.mask.Mask;
import org.sola.tensor.EngineMemory;

/**
 * Alignment by Alpha-CLIP: the cosine of a masked frame and an expression. An expression is encoded once however many
 * frames it is held against; a frame's patches are computed once however many masks lie on it.
 */
public final class AlphaClipAligner implements FrameAligner {
    /** Masks that go through the network together; more only costs memory. */
    private static final int BATCH = 4;

    private static final double SHARPEST = 100;

    /** Expressions whose features are kept, far more than a video has. */
    private static final int REMEMBERED = 256;

    private final AlphaClip network;
    private final TextReader reader;
    private final NDManager manager;
    private final Map<String, float[]> texts = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, float[]> eldest) {
            return size() > REMEMBERED;
        }
    };

    private AlphaClipAligner(AlphaClip network, TextReader reader, NDManager manager) {
        this.network = network;
        this.reader = reader;
        this.manager = manager;
    }

    /**
     * An aligner that owns its parts.
     *
     * @param manager owns the weights
     */
    public static AlphaClipAligner of(AlphaClip network, TextReader reader, NDManager manager) {
        return new AlphaClipAligner(network, reader, manager);
    }

    @Override
    public String name() {
        return network.config().name();
    }

    /** As CLIP limits it: 100 at most. */
    @Override
    public double sharpness() {
        return Math.min(SHARPEST, Math.exp(network.logitScale().toFloatArray()[0]));
    }

    @Override
    public boolean readsWhole(String expression) {
        return reader.read(expression).isWhole();
    }

    @Override
    public PreparedFrame prepare(RgbImage frame) {
        var own = manager.newSubManager();
        NDArray patches;
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            patches = network.imagePatches(
                    AlphaInput.image(own, frame, network.config().vision()));
            NDScope.unregister(patches);
        }
        patches.attach(own);
        return new PreparedFrame() {
            @Override
            public List<float[]> align(List<Mask> masks, List<String> expressions) {
                return AlphaClipAligner.this.align(patches, masks, expressions);
            }

            @Override
            public void close() {
                own.close();
            }
        };
    }

    private List<float[]> align(NDArray patches, List<Mask> masks, List<String> expressions) {
        encode(expressions.stream()
                .distinct()
                .filter(text -> !texts.containsKey(text))
                .toList());
        var rows = new ArrayList<float[]>(masks.size());
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var sentences = features(expressions);
            for (int from = 0; from < masks.size(); from += BATCH) {
                var batch = masks.subList(from, Math.min(masks.size(), from + BATCH));
                var alphas = new NDList();
                batch.forEach(mask -> alphas.add(
                        AlphaInput.alpha(manager, mask, network.config().vision())));
                var images = network.encodeImages(patches, NDArrays.concat(alphas));
                float[] cosines = AlphaClip.alignment(images, sentences).toFloatArray();
                for (int i = 0; i < batch.size(); i++) {
                    rows.add(java.util.Arrays.copyOfRange(
                            cosines, i * expressions.size(), (i + 1) * expressions.size()));
                }
            }
        }
        return rows;
    }

    private NDArray features(List<String> expressions) {
        int width = network.config().embedDim();
        var values = new float[expressions.size() * width];
        for (int k = 0; k < expressions.size(); k++) {
            System.arraycopy(texts.get(expressions.get(k)), 0, values, k * width, width);
        }
        return EngineMemory.of(manager, values, new Shape(expressions.size(), width));
    }

    private void encode(List<String> expressions) {
        for (String expression : expressions) {
            try (var scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                var pieces = List.of(reader.read(expression));
                texts.put(expression, network.encodeTexts(manager, pieces).toFloatArray());
            }
        }
    }

    @Override
    public void close() {
        reader.close();
        manager.close();
    }
}
