package org.sola.precompute;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.sola.sam2.FeatureStore;
import org.sola.sam2.NativeMasks;
import org.sola.sam2.Sam2;
import org.sola.sam2.TrackPropagator;
import org.sola.video.VideoException;

/** The tracks of one encoded video, as they come to be. */
final class TrackingRun {
    private final int tokenDim;
    private final NDManager manager;
    private final TrackPropagator propagator;
    private final FeatureStore store;
    private final int height;
    private final int width;
    private final TrackingProgress progress;
    private final List<TrackBuilder> tracks = new ArrayList<>();

    TrackingRun(
            Sam2 model,
            TrackPropagator propagator,
            FeatureStore store,
            int height,
            int width,
            TrackingProgress progress) {
        this.tokenDim = model.config().hiddenDim();
        this.manager = model.image().noMemEmbed().getManager();
        this.propagator = propagator;
        this.store = store;
        this.height = height;
        this.width = width;
        this.progress = progress;
    }

    /** A prompt for every annotated object. */
    List<TrackPrompt> truthPrompts(VideoSource source) {
        var objects = source.objects(height, width);
        objects.forEach((object, masks) -> {
            if (masks.size() != store.frameCount()) {
                throw new VideoException(
                        Path.of(source.id()),
                        "has " + store.frameCount() + " frames, its object " + object + " has " + masks.size()
                                + " masks");
            }
        });
        return TruthPrompter.prompts(objects);
    }

    /** The prompts of all prompt frames, numbered. */
    List<TrackPrompt> gridPrompts(GridPrompter prompter, PrecomputeRecipe.Grid recipe) {
        var prompts = new ArrayList<TrackPrompt>();
        int frames = store.frameCount();
        for (int frame = 0; frame < frames; frame += recipe.stride(frames)) {
            progress.step(TrackingProgress.Stage.PROMPT, frame, frames);
            prompts.addAll(prompter.prompts(frame, store.at(frame), height, width));
        }
        return TrackPrompt.numberedByArea(prompts);
    }

    /** Follows every prompt. */
    void trackAll(List<TrackPrompt> prompts, int batchSize) {
        for (int from = 0; from < prompts.size(); from += batchSize) {
            tracks.addAll(propagate(prompts.subList(from, Math.min(prompts.size(), from + batchSize))));
        }
    }

    /**
     * Follows the prompts that the rule chooses, leaving out those whose object one of {@code known} has; returns the
     * tracks that are new.
     */
    List<TrackBuilder> trackChosen(List<TrackPrompt> prompts, TrackRule rule, List<TrackBuilder> known) {
        var selection = new TrackSelection(rule, store.frameCount(), prompts);
        known.forEach(track -> selection.closeFoundBy(track::mask));
        var found = new ArrayList<TrackBuilder>();
        for (var batch = selection.nextBatch(); !batch.isEmpty(); batch = selection.nextBatch()) {
            var made = propagate(batch);
            made.forEach(track -> selection.closeFoundBy(track::mask));
            found.addAll(made);
        }
        var chosen = rule.duplicateIou() < 1 ? withoutDuplicates(found, rule.duplicateIou()) : List.copyOf(found);
        tracks.addAll(chosen);
        return chosen;
    }

    private static List<TrackBuilder> withoutDuplicates(List<TrackBuilder> found, double threshold) {
        var masks = found.stream().map(TrackBuilder::masks).toList();
        return DuplicateTracks.keep(masks, threshold).stream().map(found::get).toList();
    }

    private List<TrackBuilder> propagate(List<TrackPrompt> batch) {
        int frames = store.frameCount();
        var builders = new LinkedHashMap<Long, TrackBuilder>();
        var seeds = new ArrayList<TrackPropagator.Seed>();
        for (var prompt : batch) {
            seeds.add(new TrackPropagator.Seed(
                    prompt.id(), prompt.frame(), prompt.mask().decode()));
            builders.put((long) prompt.id(), new TrackBuilder(prompt, frames, tokenDim));
        }
        var visited = new int[1];
        propagator.propagate(store, seeds, (frame, answers) -> {
            var masks = NativeMasks.of(manager, answers, height, width, false);
            for (int i = 0; i < answers.size(); i++) {
                builders.get(answers.get(i).objectId()).put(answers.get(i), masks.get(i));
            }
            progress.step(TrackingProgress.Stage.PROPAGATE, ++visited[0], frames);
        });
        return List.copyOf(builders.values());
    }

    VideoTracks result(String id, List<String> frameNames) {
        return TrackBuilder.video(id, frameNames, height, width, tracks, tokenDim);
    }
}
