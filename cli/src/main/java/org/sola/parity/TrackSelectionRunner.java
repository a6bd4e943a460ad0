package org.sola.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.sola.mask.Rle;
import org.sola.precompute.MaskComparison;
import org.sola.precompute.PartFilter;
import org.sola.precompute.Track;
import org.sola.precompute.TrackPrompt;
import org.sola.precompute.TrackRule;
import org.sola.precompute.TrackSelection;

/**
 * Which automatic masks become prompts, and which prompts become tracks: every decision of the official schedule, with
 * the tracks' masks given by the case.
 */
final class TrackSelectionRunner implements ParityRunner {
    /** A mask with more than this share of its area in a larger one is a part of it. */
    private static final double PART = 0.7;

    private static final double SAME_OBJECT_IOU = 0.7;
    private static final int LONG_VIDEO_FRAMES = 200;
    private static final int LONG_VIDEO_BATCH = 2;

    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.json().path("grid_prompts").isObject()
                && parityCase.json().path("runs").isObject()
                && Files.isRegularFile(parityCase.folder().resolve("masks.json"));
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws IOException {
        var masks = new ObjectMapper()
                .readTree(parityCase.folder().resolve("masks.json").toFile());
        for (var video : parityCase.json().path("grid_prompts").properties()) {
            gridPrompts(checks, video.getKey(), video.getValue(), gridPrompts(masks.path(video.getKey())));
        }
        for (var run : parityCase.json().path("runs").properties()) {
            tracks(checks, run.getKey(), masks, run.getValue());
        }
    }

    private static void gridPrompts(Checks checks, String video, JsonNode expected, List<TrackPrompt> found) {
        checks.fact(video + ": number of grid prompts", expected.size() == found.size());
        for (int i = 0; i < Math.min(expected.size(), found.size()); i++) {
            var want = expected.get(i);
            var got = found.get(i);
            checks.fact(
                    video + ": grid prompt " + i,
                    want.path("prompt_id").asInt() == got.id()
                            && want.path("frame_idx").asInt() == got.frame()
                            && want.path("automatic_mask").asInt() == (int) got.predictedIou()
                            && want.path("area").asLong() == got.mask().areaPixels());
        }
    }

    /** Grid prompts with the automatic mask's place in its frame kept in {@code predictedIou}. */
    private static List<TrackPrompt> gridPrompts(JsonNode video) {
        var prompts = new ArrayList<TrackPrompt>();
        for (var frame : video.path("automatic_masks").properties()) {
            var rles = new ArrayList<Rle>();
            frame.getValue().forEach(node -> rles.add(rle(node.path("segmentation"))));
            for (int kept : PartFilter.keep(rles.stream().map(Rle::decode).toList(), PART)) {
                double stability =
                        frame.getValue().get(kept).path("stability_score").asDouble();
                prompts.add(
                        TrackPrompt.of(Track.GRID, Integer.parseInt(frame.getKey()), rles.get(kept), kept, stability));
            }
        }
        return TrackPrompt.numberedByArea(prompts);
    }

    private static List<TrackPrompt> detectorPrompts(JsonNode video, String expression) {
        var prompts = new ArrayList<TrackPrompt>();
        for (var node : video.path("detector_prompts")) {
            if (node.path("expression_id").asText().equals(expression)) {
                prompts.add(new TrackPrompt(
                        node.path("prompt_id").asInt(),
                        Track.BOX,
                        node.path("frame_idx").asInt(),
                        rle(node.path("segmentation")),
                        1,
                        node.path("stability_score").asDouble(),
                        expression));
            }
        }
        return prompts;
    }

    /** @param name {@code VIDEO/grid/..} or {@code VIDEO/detector/../EXPRESSION} */
    private static void tracks(Checks checks, String name, JsonNode masks, JsonNode run) {
        var parts = name.split("/");
        var video = masks.path(parts[0]);
        boolean isGrid = parts[1].equals("grid");
        var rule = new TrackRule(
                run.path("bin_size").asInt(),
                run.path("stability").asDouble(0),
                run.path("batch_size").asInt(),
                LONG_VIDEO_FRAMES,
                LONG_VIDEO_BATCH,
                run.path("cap").asInt(),
                !isGrid,
                SAME_OBJECT_IOU,
                MaskComparison.OFFICIAL,
                1);
        var prompts = isGrid ? gridPrompts(video) : detectorPrompts(video, parts[3]);
        var tracks = video.path(isGrid ? "grid_tracks" : "detector_tracks");
        var selection = new TrackSelection(rule, video.path("frames").asInt(), prompts);
        int batches = 0;
        for (var batch = selection.nextBatch(); !batch.isEmpty(); batch = selection.nextBatch()) {
            var expected = run.path("batches").path(batches++);
            checks.fact(
                    name + ": batch " + batches,
                    expected.path(0).asInt(-1) == batch.get(0).frame()
                            && integers(expected.path(1))
                                    .equals(batch.stream().map(TrackPrompt::id).toList()));
            for (var prompt : batch) {
                var track = tracks.path(Integer.toString(prompt.id()));
                selection.closeFoundBy(frame -> rle(track.get(frame)).decode());
            }
        }
        checks.fact(name + ": number of batches", run.path("batches").size() == batches);
        state(checks, name, run, "tracked", selection, TrackSelection.State.TRACKED);
        state(checks, name, run, "filtered", selection, TrackSelection.State.CLOSED);
        state(checks, name, run, "not_used", selection, TrackSelection.State.NOT_USED);
        state(checks, name, run, "left_open", selection, TrackSelection.State.OPEN);
    }

    private static void state(
            Checks checks,
            String name,
            JsonNode run,
            String key,
            TrackSelection selection,
            TrackSelection.State state) {
        checks.fact(name + ": " + key, integers(run.path(key)).equals(selection.ids(state)));
    }

    private static Rle rle(JsonNode node) {
        return Rle.ofCompressed(
                node.path("size").get(0).asInt(),
                node.path("size").get(1).asInt(),
                node.path("counts").asText());
    }

    private static List<Integer> integers(JsonNode list) {
        var numbers = new ArrayList<Integer>();
        list.forEach(number -> numbers.add(number.asInt()));
        return numbers;
    }
}
