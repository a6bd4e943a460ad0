package org.sola.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.infer.MethodCost;
import org.sola.infer.Submission;
import org.sola.mask.Mask;
import org.sola.mask.Rle;

class CompareCommandTest {
    private static final List<String> VIDEOS = List.of("a", "b", "c", "d", "e", "f");
    private static final Rle NOTHING = Rle.empty(16, 16);
    private static final Rle HALF = Rle.encode(Mask.of(16, 16, (y, x) -> x < 4));

    @TempDir
    private Path folder;

    /** Predictions that are right in the first {@code right} videos and half right in the others. */
    private Path predict(String name, int right) throws IOException {
        var submission = Submission.at(folder.resolve(name));
        for (int v = 0; v < VIDEOS.size(); v++) {
            var mask = v < right ? TinyDataset.OBJECT : HALF;
            submission.write(VIDEOS.get(v), "0", TinyDataset.FRAMES, List.of(mask, mask));
        }
        return folder.resolve(name);
    }

    private CommandRun compare(String... arguments) throws IOException {
        var data = TinyDataset.write(folder.resolve("data"), VIDEOS.toArray(String[]::new));
        var all = new java.util.ArrayList<String>(List.of("compare", "--data", data.toString(), "--rounds", "500"));
        all.addAll(List.of(arguments));
        return CommandRun.of(all.toArray(String[]::new));
    }

    @Test
    void twoMethodsGiveDifferencesTestsCostsAndAReport() throws IOException {
        var a = predict("weak", 0);
        var b = predict("strong", 6);
        new MethodCost("tracks", new MethodCost.Once(6, 60, 12, 1000, 5), answered(0.5), 7).write(a);
        new MethodCost("frames", MethodCost.Once.NOTHING, answered(3), 7).write(b);
        var report = folder.resolve("compare.html");
        var rows = folder.resolve("rows.csv");
        var run = compare(
                "--pred",
                a.toString(),
                "--pred",
                b.toString(),
                "--out",
                report.toString(),
                "--csv",
                rows.toString(),
                "--json");
        assertEquals(Failures.DONE, run.status(), run.err());
        var json = new ObjectMapper().readTree(run.out());
        assertEquals(100, json.at("/b/JF").asDouble());
        assertEquals(50, json.at("/a/J").asDouble());
        double gain = json.at("/difference/JF").asDouble();
        assertEquals(100 - json.at("/a/JF").asDouble(), gain, 1e-9);
        assertEquals(gain, json.at("/difference/ci95/0").asDouble(), 1e-9, "all videos differ by the same");
        assertTrue(json.at("/difference/p_wilcoxon").asDouble() < 0.05, run.out());
        assertEquals(6, json.at("/wins").asInt());
        assertEquals(0, json.at("/losses").asInt());
        assertEquals(6, json.at("/kinds/appearance/n").asInt());
        assertEquals(4, json.at("/cost/crossing").asDouble(), 1e-9, "10 s once and 0.5 each against 3 each");
        assertEquals(11, json.at("/cost/curve/1/a").asDouble(), 1e-9);
        assertEquals(1000, json.at("/cost/a/cache_bytes").asLong());
        assertEquals(13, Files.readAllLines(rows).size());
        var page = Files.readString(report);
        assertTrue(page.contains("strong") && page.contains("class=\"flip\""), "videos side by side");
        assertTrue(page.contains("the same at 4.0 expressions"), "where the lines cross");
    }

    private static Map<String, MethodCost.Answered> answered(double seconds) {
        return Map.of("a", new MethodCost.Answered(2, 2 * seconds, 0));
    }

    @Test
    void whatOnlyOneSideHasIsListedAndTheRestCompared() throws IOException {
        var a = predict("a", 6);
        var b = predict("b", 6);
        deleteFolder(b.resolve("c"));
        Submission.at(b).write("d", "0", TinyDataset.FRAMES, List.of(Rle.empty(8, 8), Rle.empty(8, 8)));
        Submission.at(b).write("zebra", "0", TinyDataset.FRAMES, List.of(NOTHING, NOTHING));
        var run = compare("--pred", "one=" + a, "--pred", "two=" + b, "--json");
        assertEquals(Failures.NOT_ALL_DONE, run.status(), run.err());
        var json = new ObjectMapper().readTree(run.out());
        assertEquals(4, json.at("/n").asInt(), run.out());
        assertEquals(3, json.at("/not_compared").size(), run.out());
        assertTrue(run.err().contains("two has no prediction for 1 of 1 expressions of video c"), run.err());
        assertTrue(run.err().contains("8x8") && run.err().contains("16x16"), run.err());
        assertTrue(run.err().contains("zebra"), run.err());
    }

    private static void deleteFolder(Path folder) throws IOException {
        org.sola.file.Folders.delete(folder);
    }

    @Test
    void aSweepIsOneTableAgainstTheFirst() throws IOException {
        var run = compare(
                "--pred",
                predict("none", 0).toString(),
                "--pred",
                predict("some", 3).toString(),
                "--pred",
                predict("all", 6).toString(),
                "--json");
        assertEquals(Failures.DONE, run.status(), run.err());
        var sweep = new ObjectMapper().readTree(run.out()).get("sweep");
        assertEquals(3, sweep.size());
        assertEquals("some", sweep.get(1).get("name").asText());
        assertTrue(sweep.at("/2/difference/JF").asDouble()
                > sweep.at("/1/difference/JF").asDouble());
        assertTrue(sweep.at("/2/p_holm").asDouble()
                >= sweep.at("/2/difference/p_wilcoxon").asDouble());
    }

    @Test
    void nothingInCommonIsWrongInput() throws IOException {
        var empty = Files.createDirectories(folder.resolve("empty"));
        var run = compare("--pred", predict("a", 6).toString(), "--pred", empty.toString());
        assertEquals(Failures.WRONG_INPUT, run.status());
        assertTrue(run.err().contains("no expression of the data set in common"), run.err());
        assertEquals(
                Failures.WRONG_INPUT,
                compare("--pred", predict("a", 6).toString()).status());
    }
}
