package org.sola.precompute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.sola.mask.Rle;

/** The decisions of SOLA's scripts, recorded in the case {@code selector/tracks}: all exact. */
class TrackSelectionParityTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder = Path.of(System.getProperty("parity", "../shared/parity"), "selector", "tracks");

    private JsonNode file(String name) throws IOException {
        var file = folder.resolve(name);
        if (!Files.exists(file)) {
            Assumptions.abort("parity case selector/tracks is not here: " + file);
        }
        return JSON.readTree(file.toFile());
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

    /** Grid prompts with the automatic mask's place in its frame kept in {@code predictedIou}. */
    private static List<TrackPrompt> gridPrompts(JsonNode video) {
        var prompts = new ArrayList<TrackPrompt>();
        for (var frame : video.path("automatic_masks").properties()) {
            var rles = new ArrayList<Rle>();
            frame.getValue().forEach(node -> rles.add(rle(node.path("segmentation"))));
            for (int kept : PartFilter.keep(rles.stream().map(Rle::decode).toList(), 0.7)) {
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

    @TestFactory
    Stream<DynamicTest> gridPromptsAreFilteredAndNumberedAsInTheReference() throws IOException {
        var masks = file("masks.json");
        return file("case.json").path("grid_prompts").properties().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    var found = gridPrompts(masks.path(entry.getKey()));
                    assertEquals(entry.getValue().size(), found.size());
                    for (int i = 0; i < found.size(); i++) {
                        var expected = entry.getValue().get(i);
                        assertEquals(
                                expected.path("prompt_id").asInt(), found.get(i).id());
                        assertEquals(
                                expected.path("frame_idx").asInt(), found.get(i).frame());
                        assertEquals(expected.path("automatic_mask").asInt(), (int)
                                found.get(i).predictedIou());
                        assertEquals(
                                expected.path("area").asLong(),
                                found.get(i).mask().areaPixels());
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> tracksAreChosenInTheReferencesBatches() throws IOException {
        var masks = file("masks.json");
        var runs = file("case.json").path("runs").properties();
        assertTrue(!runs.isEmpty(), "the case holds runs");
        return runs.stream()
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getKey(), () -> checkRun(masks, entry.getKey().split("/"), entry.getValue())));
    }

    private static void checkRun(JsonNode masks, String[] name, JsonNode run) {
        var video = masks.path(name[0]);
        boolean isGrid = name[1].equals("grid");
        var rule = new TrackRule(
                run.path("bin_size").asInt(),
                run.path("stability").asDouble(0),
                run.path("batch_size").asInt(),
                200,
                2,
                run.path("cap").asInt(),
                !isGrid,
                0.7,
                MaskComparison.OFFICIAL);
        var prompts = isGrid ? gridPrompts(video) : detectorPrompts(video, name[3]);
        var tracks = video.path(isGrid ? "grid_tracks" : "detector_tracks");
        var selection = new TrackSelection(rule, video.path("frames").asInt(), prompts);
        var expectedBatches = run.path("batches");
        int batches = 0;
        for (var batch = selection.nextBatch(); !batch.isEmpty(); batch = selection.nextBatch()) {
            var expected = expectedBatches.path(batches++);
            assertEquals(expected.path(0).asInt(-1), batch.get(0).frame());
            assertEquals(
                    integers(expected.path(1)),
                    batch.stream().map(TrackPrompt::id).toList());
            for (var prompt : batch) {
                var track = tracks.path(Integer.toString(prompt.id()));
                selection.closeFoundBy(frame -> rle(track.get(frame)).decode());
            }
        }
        assertEquals(expectedBatches.size(), batches);
        assertEquals(integers(run.path("tracked")), selection.ids(TrackSelection.State.TRACKED));
        assertEquals(integers(run.path("filtered")), selection.ids(TrackSelection.State.CLOSED));
        assertEquals(integers(run.path("not_used")), selection.ids(TrackSelection.State.NOT_USED));
        assertEquals(integers(run.path("left_open")), selection.ids(TrackSelection.State.OPEN));
    }
}
