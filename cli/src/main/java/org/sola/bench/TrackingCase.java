package org.sola.bench;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sola.sam2.Direction;
import org.sola.sam2.FrameFeatures;
import org.sola.sam2.FrameMemory;
import org.sola.sam2.MemoryBank;
import org.sola.sam2.Sam2Config;
import org.sola.sam2.Sam2Image;
import org.sola.sam2.Sam2Video;
import org.sola.sam2.SamHead;
import org.sola.tensor.Kernels;

/** One frame of tracking whose features are there already, whole or a part of it, for objects with equal memories. */
final class TrackingCase implements BenchmarkCase {
    private static final int LONG_VIDEO = 1000;

    /** What a run does. */
    enum Part {
        MEMORY_ATTENTION,
        HEADS,
        MEMORY_ENCODER,
        ALL
    }

    private final NDManager manager;
    private final Sam2Config config;
    private final Sam2Video video;
    private final FrameFeatures features;
    private final List<MemoryBank> banks = new ArrayList<>();
    private final SamHead.Output earlier;
    private final int frame;
    private final Part part;
    private long bytesPerObject;

    private TrackingCase(NDManager manager, Sam2Config config, Sam2Video video, int objects, int frame, Part part) {
        this.manager = manager;
        this.config = config;
        this.video = video;
        this.frame = frame;
        this.part = part;
        this.features = SmoothFeatures.of(config, manager).keep(manager);
        for (int i = 0; i < objects; i++) {
            banks.add(bank());
        }
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            earlier = video.head().track(features, video.withoutMemory(features));
            NDScope.unregister(earlier.lowRes(), earlier.score());
        }
    }

    /**
     * @param frames how many frames were tracked before, the prompted one included: with 16 both the spatial memories and
     *     the object pointers are at their most
     */
    static TrackingCase of(Sam2Networks networks, int objects, int frames, Part part) throws IOException {
        var manager = NDManager.newBaseManager(networks.device());
        var config = networks.config(networks.config());
        var weights = networks.weights(networks.config(), manager);
        var video = Sam2Video.of(Sam2Image.of(config, weights), weights);
        return new TrackingCase(manager, config, video, objects, frames, part);
    }

    /** Holds what a forward pass keeps: spatial memories as far as they can be seen, pointers of all frames. */
    private MemoryBank bank() {
        var bank = new MemoryBank(MemoryBank.Rule.official(config));
        long positions = (long) config.featureSize() * config.featureSize();
        bytesPerObject = 0;
        for (int t = 0; t < frame; t++) {
            boolean isSpatialSeen = t == 0 || t > frame - config.memoryFrames();
            var spatial = manager.randomNormal(
                    0, 1, new Shape(1, isSpatialSeen ? positions : 1, config.memoryDim()), DataType.FLOAT32);
            var pointer = manager.randomNormal(0, 1, new Shape(1, config.hiddenDim()), DataType.FLOAT32);
            bytesPerObject += (spatial.size() + pointer.size()) * Float.BYTES;
            var memory = new FrameMemory(t, spatial, pointer);
            if (t == 0) {
                bank.putConditioning(memory);
            } else {
                bank.putTracked(memory);
            }
        }
        return bank;
    }

    @Override
    public void run() {
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            switch (part) {
                case MEMORY_ATTENTION -> conditioned().get("0, 0, 0, 0").getFloat();
                case HEADS ->
                    video.head()
                            .track(features, video.withoutMemory(features))
                            .lowRes()
                            .toFloatArray();
                case MEMORY_ENCODER ->
                    Kernels.roundToBfloat16(video.encodeMemory(features, earlier.lowRes(), earlier.score(), false))
                            .get("0, 0, 0")
                            .getFloat();
                case ALL -> {
                    var out = video.head().track(features, conditioned());
                    var spatial =
                            Kernels.roundToBfloat16(video.encodeMemory(features, out.lowRes(), out.score(), false));
                    out.lowRes().toFloatArray();
                    out.pointer().toFloatArray();
                    spatial.get("0, 0, 0").getFloat();
                }
                default -> throw new IllegalStateException("unknown part " + part);
            }
        }
    }

    private ai.djl.ndarray.NDArray conditioned() {
        var selections = banks.stream()
                .map(bank -> bank.select(frame, Direction.FORWARD, LONG_VIDEO))
                .toList();
        return video.withMemory(video.prepare(features), video.memories(selections));
    }

    @Override
    public Map<String, Object> facts() {
        var facts = new LinkedHashMap<String, Object>();
        facts.put("objects", banks.size());
        if (part == Part.ALL) {
            facts.put("bytes_per_object", bytesPerObject);
        }
        return facts;
    }

    @Override
    public void close() {
        manager.close();
    }
}
