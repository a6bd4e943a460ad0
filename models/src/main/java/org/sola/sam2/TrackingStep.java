package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sola.tensor.Kernels;

/**
 * One frame of tracking for many objects. Objects have banks of their own; those whose memories have the same size go
 * through the networks as one batch, which is exact because objects do not interact.
 */
final class TrackingStep {
    private final Sam2Video video;
    private final VideoSettings settings;

    TrackingStep(Sam2Video video, VideoSettings settings) {
        this.video = video;
        this.settings = settings;
    }

    /**
     * An object's answer on a frame; the arrays belong to the current scope.
     *
     * @param conditioned (1, C, h, w), the frame's features with the object's memory
     * @param out batch 1
     */
    record Answer(NDArray conditioned, SamHead.Output out, FrameMemory memory) {}

    /** The answers of the objects with these banks, in their order. */
    List<Answer> track(FrameFeatures features, int frame, Direction direction, int frameCount, List<MemoryBank> banks) {
        if (banks.isEmpty()) {
            return List.of();
        }
        var prepared = video.prepare(features);
        var selections = banks.stream()
                .map(bank -> bank.select(frame, direction, frameCount))
                .toList();
        var answers = new Answer[banks.size()];
        for (var group : groups(selections)) {
            var memories = video.memories(group.stream().map(selections::get).toList());
            var conditioned = video.withMemory(prepared, memories);
            var out = video.head().track(features, conditioned);
            var spatial = encode(features, out, false);
            for (int i = 0; i < group.size(); i++) {
                var one = row(out, i);
                var memory = new FrameMemory(frame, row(spatial, i), one.pointer());
                answers[group.get(i)] = new Answer(row(conditioned, i), one, memory);
            }
        }
        return Arrays.asList(answers);
    }

    /** The spatial memory of an answer, (B, L, D). */
    NDArray encode(FrameFeatures features, SamHead.Output out, boolean isPrompted) {
        return encode(features, out.lowRes(), out.score(), isPrompted);
    }

    NDArray encode(FrameFeatures features, NDArray lowRes, NDArray score, boolean isPrompted) {
        var spatial = video.encodeMemory(features, lowRes, score, isPrompted);
        return settings.roundsMemory() ? Kernels.roundToBfloat16(spatial) : spatial;
    }

    /** What callers keep of an object's answer (batch 1). */
    ObjectFrame answer(long objectId, int frame, SamHead.Output out) {
        int side = video.config().lowResSize();
        return new ObjectFrame(
                objectId,
                frame,
                NativeMasks.fillHoles(out.lowRes().toFloatArray(), side, side, settings.fillHolePixels()),
                out.pointer().toFloatArray(),
                out.score().getFloat(0, 0));
    }

    /** Places of the objects that can be one batch. */
    private List<List<Integer>> groups(List<MemoryBank.Selection> selections) {
        var groups = new ArrayList<List<Integer>>();
        for (int i = 0; i < selections.size(); i++) {
            var selection = selections.get(i);
            var group = groups.stream()
                    .filter(g -> g.size() < settings.objectsPerBatch()
                            && selections.get(g.get(0)).fits(selection))
                    .findFirst();
            if (group.isPresent()) {
                group.get().add(i);
            } else {
                groups.add(new ArrayList<>(List.of(i)));
            }
        }
        return groups;
    }

    /** One object of a batch, as views. */
    static SamHead.Output row(SamHead.Output out, int i) {
        return out.lowRes().getShape().get(0) == 1
                ? out
                : new SamHead.Output(
                        row(out.lowRes(), i), row(out.pointer(), i), row(out.score(), i), out.chosen(), out.decoded());
    }

    static NDArray row(NDArray array, int i) {
        return array.getShape().get(0) == 1 ? array : array.get(i + ":" + (i + 1));
    }
}
