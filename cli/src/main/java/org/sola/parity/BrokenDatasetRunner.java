package org.sola.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.sola.dataset.DatasetCheck;
import org.sola.dataset.DatasetFolder;
import org.sola.dataset.DatasetProblem;
import org.sola.dataset.Layout;
import org.sola.dataset.MevisDataset;
import org.sola.dataset.ReferringDataset;
import org.sola.mask.Rle;

/** Damaged data sets: the error is where it belongs and names what it must, and everything else still loads. */
final class BrokenDatasetRunner implements ParityRunner {
    private static final Map<String, Layout> LAYOUTS = Map.of(
            "mevis", Layout.MEVIS,
            "ref-youtube-vos", Layout.REF_YOUTUBE_VOS,
            "ref-davis", Layout.REF_DAVIS,
            "a2d-sentences", Layout.A2D_SENTENCES,
            "jhmdb-sentences", Layout.JHMDB_SENTENCES);
    private static final int HEIGHT = 24;
    private static final int WIDTH = 32;

    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.json().has("rule")
                && parityCase.json().path("variants").isArray();
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        for (var variant : parityCase.json().path("variants")) {
            String name = variant.path("variant").asText();
            var layout = LAYOUTS.get(variant.path("data_set").asText());
            if (layout == null) {
                checks.fact(name + ": is of a data set that is known", false);
                continue;
            }
            try {
                variant(
                        checks,
                        name,
                        layout,
                        DatasetRunner.only(parityCase.folder().resolve(name)),
                        variant);
            } catch (RuntimeException e) {
                checks.fact(name + ": " + e, false);
            }
        }
    }

    private static void variant(Checks checks, String name, Layout layout, Path root, JsonNode variant)
            throws InterruptedException {
        String split = variant.path("split").asText().equals("val")
                ? "valid"
                : variant.path("split").asText();
        var problems = new ArrayList<DatasetProblem>();
        for (var check : DatasetCheck.of(layout, root, 1, id -> {})) {
            if (layout == Layout.JHMDB_SENTENCES || check.name().equals(split)) {
                problems.addAll(check.problems());
            }
        }
        var bad = variant.path("bad");
        checks.fact(name + ": a problem is found only where there is one", bad.isEmpty() == problems.isEmpty());
        for (var problem : problems) {
            boolean isThere = bad.path("video").asText("").equals(problem.video())
                    && bad.path("expression").asText("").equals(problem.expression());
            checks.fact(name + ": where it belongs: " + problem, isThere);
            for (var text : variant.path("message_names")) {
                checks.fact(
                        name + ": names " + text.asText(), problem.toString().contains(text.asText()));
            }
        }
        if (!variant.path("still_loads").isEmpty()) {
            var dataset = layout == Layout.MEVIS
                    ? MevisDataset.open(root.resolve(split))
                    : new DatasetFolder(layout, root, java.util.List.of(split)).open(split);
            for (var video : variant.path("still_loads").properties()) {
                stillLoads(checks, name, dataset, video.getKey(), video.getValue());
            }
        }
    }

    private static void stillLoads(Checks checks, String name, ReferringDataset dataset, String id, JsonNode want) {
        var video = dataset.video(id);
        for (var areas : want.properties()) {
            var expression = video.expressions().stream()
                    .filter(each -> each.id().equals(areas.getKey()))
                    .findFirst()
                    .orElseThrow();
            var found = dataset.truth(video, expression, HEIGHT, WIDTH).stream()
                    .map(Rle::areaPixels)
                    .toList();
            checks.fact(
                    name + ": " + id + " " + areas.getKey() + " still loads",
                    areas.getValue().toString().equals(found.toString().replace(" ", "")));
        }
        if (want.isInt()) {
            long samples = video.expressions().stream()
                    .mapToLong(expression ->
                            dataset.scoredFrames(video, expression).cardinality())
                    .sum();
            long found =
                    dataset.layout() == Layout.REF_DAVIS ? video.expressions().size() : samples;
            checks.fact(name + ": " + id + " still loads", found == want.asLong());
        }
    }
}
