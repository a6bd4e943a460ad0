package org.sola.train.sam2;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.sola.demo.DemoScene;
import org.sola.demo.SceneConfig;
import org.sola.demo.SceneRenderer;
import org.sola.demo.SceneSampler;

/**
 * Draws the clips of the video stage. In usual videos an object is seldom hidden, so a share of the clips is made to
 * lead through a spell in which one of their objects cannot be seen.
 *
 * @param size side of the frames in pixels
 * @param mostObjects objects prompted at most
 * @param hiddenShare share of the clips of three frames and more that lead through a hidden spell, 0..1
 */
public record ClipSampler(int size, int mostObjects, double hiddenShare) {
    private static final int SMALLEST_PIXELS = 80;
    private static final int SCENE_FRAMES = 24;
    private static final int LONGEST_STRIDE = 3;
    private static final int LONGEST_SPELL = 7;
    private static final int MOST_BEFORE = 4;
    private static final int MOST_AFTER = 4;

    /** A clip of {@code frameCount} frames in whose first frame something can be prompted. */
    public ClipBatch sample(int frameCount, SplittableRandom random) {
        boolean isHidden = frameCount > 2 && random.nextDouble() < hiddenShare;
        while (true) {
            var scene = SceneSampler.video(
                    random.nextLong(), SceneConfig.video().withSize(size, size).withFrames(SCENE_FRAMES, SCENE_FRAMES));
            var clip = isHidden ? throughSpell(scene, frameCount, random) : anywhere(scene, frameCount, random);
            if (clip.isPresent()) {
                return clip.get();
            }
        }
    }

    private Optional<ClipBatch> anywhere(DemoScene scene, int frameCount, SplittableRandom random) {
        var renderer = SceneRenderer.of(scene);
        int stride = 1 + random.nextInt(LONGEST_STRIDE);
        int span = (frameCount - 1) * stride;
        int start = random.nextInt(SCENE_FRAMES - span);
        boolean backwards = random.nextBoolean();
        var numbers = new ArrayList<Integer>();
        for (int t = 0; t < frameCount; t++) {
            numbers.add(backwards ? start + span - t * stride : start + t * stride);
        }
        return clip(numbers, frame -> TrainingImage.of(scene, renderer, frame), Optional.empty(), random);
    }

    /** From before a spell in which one object is not seen until after it; empty when the scene has none. */
    private Optional<ClipBatch> throughSpell(DemoScene scene, int frameCount, SplittableRandom random) {
        if (!mayHide(scene)) {
            return Optional.empty();
        }
        var renderer = SceneRenderer.of(scene);
        var frames = new ArrayList<TrainingImage>();
        for (int t = 0; t < SCENE_FRAMES; t++) {
            frames.add(TrainingImage.of(scene, renderer, t));
        }
        if (random.nextBoolean()) {
            Collections.reverse(frames);
        }
        var spells = spells(frames);
        if (spells.isEmpty()) {
            return Optional.empty();
        }
        var spell = spells.get(random.nextInt(spells.size()));
        int first = Math.max(0, spell.first() - 1 - random.nextInt(MOST_BEFORE));
        int last = Math.min(SCENE_FRAMES - 1, spell.last() + 1 + random.nextInt(MOST_AFTER));
        if (last - first < frameCount - 1) {
            last = Math.min(SCENE_FRAMES - 1, first + frameCount - 1);
            first = last - frameCount + 1;
        }
        var numbers = new ArrayList<Integer>();
        for (int t = 0; t < frameCount; t++) {
            numbers.add(first + Math.round(t * (float) (last - first) / (frameCount - 1)));
        }
        boolean isSeenToGo = numbers.stream().anyMatch(t -> t >= spell.first() && t <= spell.last());
        boolean isPromptable = frames.get(first).areas()[spell.object()] >= SMALLEST_PIXELS;
        return isSeenToGo && isPromptable
                ? clip(numbers, frames::get, Optional.of(spell.object()), random)
                : Optional.empty();
    }

    /** Frames {@code first} to {@code last} in which {@code object} is not seen, though it is before and after. */
    private record Spell(int object, int first, int last) {}

    private static List<Spell> spells(List<TrainingImage> frames) {
        var spells = new ArrayList<Spell>();
        for (int object = 0; object < frames.get(0).areas().length; object++) {
            int seen = -1;
            for (int t = 0; t < frames.size(); t++) {
                if (frames.get(t).shows(object)) {
                    if (seen >= 0 && t - seen > 1 && t - seen - 1 <= LONGEST_SPELL) {
                        spells.add(new Spell(object, seen + 1, t - 1));
                    }
                    seen = t;
                }
            }
        }
        return spells;
    }

    /** Whether a scene, by its plan, has a wall to hide something or an object that goes out of the frame. */
    private boolean mayHide(DemoScene scene) {
        return scene.layers().stream()
                .anyMatch(layer -> layer.scenery()
                        || layer.poses().stream()
                                .anyMatch(pose -> Math.min(pose.x(), pose.y()) < -pose.size() / 2
                                        || Math.max(pose.x(), pose.y()) > size + pose.size() / 2));
    }

    private Optional<ClipBatch> clip(
            List<Integer> numbers,
            IntFunction<TrainingImage> source,
            Optional<Integer> hidden,
            SplittableRandom random) {
        var first = source.apply(numbers.get(0));
        var visible = new ArrayList<>(first.visible(SMALLEST_PIXELS));
        if (visible.isEmpty()) {
            return Optional.empty();
        }
        Collections.shuffle(visible, new Random(random.nextLong()));
        hidden.ifPresent(object -> {
            visible.remove(object);
            visible.add(0, object);
        });
        var frames = new ArrayList<TrainingImage>();
        frames.add(first);
        numbers.stream().skip(1).forEach(t -> frames.add(source.apply(t)));
        var objects = List.copyOf(visible.subList(0, Math.min(mostObjects, visible.size())));
        return Optional.of(ClipBatch.withPrompts(List.copyOf(frames), objects, random));
    }
}
