package org.sola.train.findtrack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.sola.tensor.EngineMemory;
import org.sola.train.sam2.ClipBatch;
import org.sola.train.sam2.ClipSampler;
import org.sola.train.sam2.TrainingImage;

/**
 * B clips of T frames with K masks to follow in each. S side of the frames.
 *
 * @param clips of one step
 * @param followed for each clip the K masks, each the numbers of the objects that it unites
 * @param memories for each frame the earlier ones that it reads from; none for the first
 * @param deepUpdates for each frame whether the sensory memory is updated from its values
 */
record PropagationBatch(
        List<ClipBatch> clips,
        List<List<List<Integer>>> followed,
        List<List<Integer>> memories,
        List<Boolean> deepUpdates) {
    private static final int MEMORY_FRAMES = 3;
    private static final int MOST_UNITED = 3;
    private static final double ALONE = 0.6; // share of the united masks that have one object all the same
    private static final int CELL = 16;

    PropagationBatch {
        clips = List.copyOf(clips);
        followed = List.copyOf(followed);
        memories = List.copyOf(memories);
        deepUpdates = List.copyOf(deepUpdates);
    }

    /** What follows from {@code random} alone. */
    static PropagationBatch sample(
            FindTrackRecipe.Propagator recipe, FindTrackRecipe.Phase phase, SplittableRandom random) {
        boolean isUnited = recipe.objects() == 1 || random.nextDouble() < recipe.unitedShare();
        int masks = isUnited ? 1 : random.nextInt(2, recipe.objects() + 1);
        var sampler = new ClipSampler(phase.size(), isUnited ? MOST_UNITED : masks, recipe.hiddenShare());
        var clips = new ArrayList<ClipBatch>();
        var followed = new ArrayList<List<List<Integer>>>();
        while (clips.size() < phase.clips()) {
            var clip = sampler.sample(phase.frames(), random);
            if (clip.objects().size() >= masks) {
                clips.add(clip);
                followed.add(isUnited ? List.of(united(clip.objects(), random)) : alone(clip.objects()));
            }
        }
        var memories = new ArrayList<List<Integer>>();
        var deepUpdates = new ArrayList<Boolean>();
        for (int t = 0; t < phase.frames(); t++) {
            var earlier = new ArrayList<>(IntStream.range(0, t).boxed().toList());
            Collections.shuffle(earlier, new Random(random.nextLong()));
            memories.add(List.copyOf(earlier.subList(0, Math.min(MEMORY_FRAMES, t))));
            deepUpdates.add(t == 0 || random.nextDouble() < recipe.deepShare());
        }
        return new PropagationBatch(clips, followed, memories, deepUpdates);
    }

    private static List<Integer> united(List<Integer> objects, SplittableRandom random) {
        int count = random.nextDouble() < ALONE ? 1 : random.nextInt(1, objects.size() + 1);
        return objects.subList(0, count);
    }

    private static List<List<Integer>> alone(List<Integer> objects) {
        return objects.stream().map(List::of).toList();
    }

    /** T. */
    int frames() {
        return memories.size();
    }

    /** K. */
    int masks() {
        return followed.get(0).size();
    }

    int size() {
        return clips.get(0).frames().get(0).size();
    }

    private TrainingImage frame(int clip, int t) {
        return clips.get(clip).frames().get(t);
    }

    /** (T B, 3, S, S), normalised, the clips of a frame side by side. */
    NDArray images(NDManager manager) {
        var pixels = new ArrayList<float[]>();
        for (int t = 0; t < frames(); t++) {
            for (int b = 0; b < clips.size(); b++) {
                pixels.add(frame(b, t).pixels());
            }
        }
        return TrainingImage.input(manager, pixels, size());
    }

    /** Whose each pixel is in frame {@code t}: (B, 1 + K, S, S), 0 or 1, what is not followed first. */
    NDArray targets(NDManager manager, int t) {
        int area = size() * size();
        int maps = 1 + masks();
        var targets = new float[clips.size() * maps * area];
        for (int b = 0; b < clips.size(); b++) {
            var frame = frame(b, t);
            int[] maskOf = maskOf(b, frame);
            int[] owners = frame.owners();
            for (int i = 0; i < area; i++) {
                targets[(b * maps + (owners[i] < 0 ? 0 : maskOf[owners[i]])) * area + i] = 1;
            }
        }
        return EngineMemory.of(manager, targets, new Shape(clips.size(), maps, size(), size()));
    }

    /** For each object of a scene the number of its mask from 1, or 0. */
    private int[] maskOf(int clip, TrainingImage frame) {
        var maskOf = new int[frame.areas().length];
        for (int k = 0; k < masks(); k++) {
            for (int object : followed.get(clip).get(k)) {
                maskOf[object] = k + 1;
            }
        }
        return maskOf;
    }

    /** Which masks show something in frame {@code t}: (B, K), 0 or 1. */
    float[] shown(int t) {
        var shown = new float[clips.size() * masks()];
        for (int b = 0; b < clips.size(); b++) {
            for (int k = 0; k < masks(); k++) {
                var frame = frame(b, t);
                shown[b * masks() + k] = followed.get(b).get(k).stream().anyMatch(frame::shows) ? 1 : 0;
            }
        }
        return shown;
    }

    /** How much of each cell of 16 x 16 pixels is whose, of all the scene's objects: (B, S/16 S/16, 1 + objects). */
    NDArray owners(NDManager manager, int t) {
        int cells = size() / CELL;
        int most = 0;
        for (int b = 0; b < clips.size(); b++) {
            most = Math.max(most, frame(b, t).areas().length);
        }
        var shares = new float[clips.size() * cells * cells * (1 + most)];
        for (int b = 0; b < clips.size(); b++) {
            int[] owners = frame(b, t).owners();
            for (int i = 0; i < owners.length; i++) {
                int cell = i / size() / CELL * cells + i % size() / CELL;
                shares[(b * cells * cells + cell) * (1 + most) + 1 + owners[i]] += 1f / (CELL * CELL);
            }
        }
        return EngineMemory.of(manager, shares, new Shape(clips.size(), (long) cells * cells, 1 + most));
    }
}
