package org.sola.train.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import org.sola.sam2.Direction;
import org.sola.sam2.FrameFeatures;
import org.sola.sam2.FrameMemory;
import org.sola.sam2.MemoryBank;
import org.sola.sam2.Sam2;
import org.sola.sam2.Sam2Config;
import org.sola.sam2.SamHead;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Scalar;
import org.sola.tensor.Weights;

/**
 * The second of SAM 2's own two stages: objects are prompted in a clip's first frame and followed through the others,
 * each frame seeing the memories of those before it.
 */
final class VideoStage {
    /** Pointer distances count as in a video at least this long, not as in a short clip. */
    private static final int USUAL_FRAMES = 24;

    private final Sam2 model;
    private final TokenLessons lessons;
    private final MemoryBank.Rule rule;

    private VideoStage(Sam2 model, TokenLessons lessons) {
        this.model = model;
        this.lessons = lessons;
        this.rule = MemoryBank.Rule.official(model.config());
    }

    static VideoStage of(Sam2Config config, Weights weights) {
        return new VideoStage(Sam2.of(config, weights), TokenLessons.of(config, weights));
    }

    /** Whether a parameter says how frames remember each other: memory's encoder and attention, and their embeddings. */
    static boolean isMemory(String parameter) {
        return parameter.startsWith("memory_")
                || parameter.startsWith("obj_ptr_tpos_proj.")
                || parameter.equals("maskmem_tpos_enc")
                || parameter.equals("no_obj_embed_spatial");
    }

    /** The loss of a clip, a mean over its frames; best IoU and single IoU are of the tracked frames alone. */
    StepResult forward(ClipBatch clip, NDManager manager) {
        return forward(clip, true, manager);
    }

    /** The same without what tokens are to tell, for a stage in which they stay as they are. */
    StepResult forwardMasks(ClipBatch clip, NDManager manager) {
        return forward(clip, false, manager);
    }

    private StepResult forward(ClipBatch clip, boolean teachesTokens, NDManager manager) {
        int frames = clip.frames().size();
        var video = model.video();
        var features = model.image().imageEncoder().forward(clip.images(manager));
        NDArray loss = null;
        NDArray best = manager.create(0f);
        NDArray single = manager.create(0f);
        NDArray accuracy = manager.create(0f);
        try (var bank = new MemoryBank(rule)) {
            for (int t = 0; t < frames; t++) {
                var frame = features.frame(t);
                SamHead.Output output;
                boolean isAmbiguous;
                if (t == 0) {
                    output = prompt(clip, frame, manager);
                    isAmbiguous = clip.prompt() == ClipBatch.Prompting.CLICK;
                } else {
                    var memories = video.memories(List.of(bank.select(t, Direction.FORWARD, USUAL_FRAMES)));
                    output = video.head().track(frame, video.withMemory(video.prepare(frame), memories));
                    isAmbiguous = true;
                }
                var target = clip.targets(manager, t);
                var frameLoss = PromptLoss.of(output.decoded(), target, clip.present(manager, t), isAmbiguous);
                var sum = frameLoss.loss();
                var recognised = teachesTokens ? clip.recognised(output.score().toFloatArray(), t) : List.<Integer>of();
                if (!recognised.isEmpty()) {
                    var rows = EngineMemory.of(
                            manager,
                            recognised.stream().mapToLong(Integer::longValue).toArray());
                    var result = lessons.forward(
                            output.pointer().get(rows), frame, target, rows, clip.truth(manager, recognised, t), true);
                    sum = sum.add(result.loss());
                    accuracy = accuracy.add(result.kindAccuracy().mul(Scalar.of(1.0 / frames)));
                }
                loss = loss == null ? sum : loss.add(sum);
                if (t > 0) {
                    best = best.add(frameLoss.bestIou().mul(Scalar.of(1.0 / (frames - 1))));
                    single = single.add(frameLoss.singleIou().mul(Scalar.of(1.0 / (frames - 1))));
                }
                remember(bank, t, frame, output);
            }
        }
        return new StepResult(loss.mul(Scalar.of(1.0 / frames)), best, single, accuracy);
    }

    private SamHead.Output prompt(ClipBatch clip, FrameFeatures frame, NDManager manager) {
        var head = model.video().head();
        return clip.prompt() == ClipBatch.Prompting.MASK
                ? head.mask(frame, clip.promptMasks(manager))
                : head.prompt(
                        frame,
                        model.video().withoutMemory(frame),
                        clip.points(manager),
                        clip.labels(manager),
                        Optional.empty());
    }

    private void remember(MemoryBank bank, int t, FrameFeatures frame, SamHead.Output output) {
        // What a tracked frame leaves is a constant to the frames after it: gradients that run from frame to frame
        // through masks and pointers grow without bound. The prompted frame's pointer keeps its gradient.
        var mask = output.lowRes().stopGradient();
        var spatial = model.video().encodeMemory(frame, mask, output.score(), false);
        var pointer = t == 0 ? output.pointer() : output.pointer().stopGradient();
        var memory = new FrameMemory(t, spatial, pointer);
        if (t == 0) {
            bank.putConditioning(memory);
        } else {
            bank.putTracked(memory);
        }
    }
}
