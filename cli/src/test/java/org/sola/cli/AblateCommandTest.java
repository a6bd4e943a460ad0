package org.sola.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AblateCommandTest {
    private static final String TINY =
            """
            name: tiny
            repeats: [1, 2]
            set: [model.objectTokenDim=8, model.encoderDim=8, model.attentionDim=16, recipe.epochs=1]
            ablations:
            """;

    @TempDir
    private Path folder;

    private CommandRun ablate(String plan) throws IOException {
        var file = Files.writeString(folder.resolve("plan.yaml"), plan);
        var data = TinyDataset.write(folder.resolve("data"), "a", "b", "c");
        var cache = TinyTokens.write(folder.resolve("cache"), "a", "b", "c");
        return CommandRun.of(
                "ablate",
                file.toString(),
                "--data",
                data.toString(),
                "--cache",
                cache.toString(),
                "--valid-data",
                data.toString(),
                "--valid-cache",
                cache.toString(),
                "--out",
                folder.resolve("out").toString());
    }

    private TreeMap<String, String> times() throws IOException {
        var times = new TreeMap<String, String>();
        try (var files = Files.walk(folder.resolve("out"))) {
            for (var file : files.filter(f -> f.endsWith("result.json") || f.endsWith("finished.txt"))
                    .toList()) {
                times.put(file.toString(), Files.getLastModifiedTime(file).toString());
            }
        }
        return times;
    }

    @Test
    void aGridIsOneTableAndWhatIsDoneIsNotDoneAgain() throws IOException {
        String plan = TINY
                + """
                  - {name: alignment layers, key: model.layers, values: [0, 2]}
                  - {name: selection threshold, key: selection.threshold, values: [0.1]}
                """;
        var first = ablate(plan);
        assertEquals(Failures.DONE, first.status(), first.err());
        assertTrue(first.out().contains("| alignment layers | 0 |"), first.out());
        var table = Files.readString(folder.resolve("out/table.md"));
        assertEquals(4 + 2, table.lines().filter(line -> line.startsWith("|")).count(), table);
        assertTrue(Files.readString(folder.resolve("out/table.csv")).contains("alignment layers,0,JF,"));
        assertTrue(Files.readString(folder.resolve("out/table.html")).contains("<svg"));
        var before = times();
        assertEquals(3 * 2 + 2 * 2, before.size(), "equal cells and answers share a training: " + before.keySet());

        var again = ablate(plan + "  - {name: negative anchors, key: model.negatives, values: [0]}\n");
        assertEquals(Failures.DONE, again.status(), again.err());
        var after = times();
        assertEquals(before.size() + 4, after.size(), "the new cell only");
        before.forEach((file, time) -> assertEquals(time, after.get(file), file));
    }

    @Test
    void aCellThatFailsIsNamedAndTheOthersAreDone() throws IOException {
        var run = ablate(
                TINY
                        + """
                  - {name: answered from, key: tracks.answering, values: ["[box]", "[truth]"]}
                """);
        assertEquals(Failures.NOT_ALL_DONE, run.status(), run.err());
        assertTrue(run.err().contains("warning: answered from [box], seed 1"), run.err());
        assertTrue(run.err().contains("no video has a track of [BOX]"), run.err());
        assertTrue(run.out().contains("| answered from | [box] | failed |"), run.out());
        assertEquals(
                2,
                run.out().lines().filter(line -> line.endsWith("| 2 |")).count(),
                "the full method and the ceiling, two seeds each: " + run.out());
    }

    @Test
    void anUnknownKeyIsAnsweredWithTheNearestBeforeAnythingIsRun() throws IOException {
        var run = ablate(TINY + "  - {name: layers, key: model.layer, values: [1]}\n");
        assertEquals(Failures.WRONG_INPUT, run.status());
        assertTrue(run.err().contains("\"layers\"") && run.err().contains("model.layer"), run.err());
        assertTrue(Files.notExists(folder.resolve("out")), run.err());
    }

    @Test
    void aValueOfTheWrongKindNamesItsAblation() throws IOException {
        var run = ablate(TINY + "  - {name: deep, key: model.layers, values: [many]}\n");
        assertEquals(Failures.WRONG_INPUT, run.status());
        assertTrue(run.err().contains("deep") && run.err().contains("a whole number"), run.err());
    }

    @Test
    void theAblationsOfThePapersAreLegal() {
        var run = CommandRun.of(
                "ablate", Path.of(System.getProperty("sola.home"), "configs/ablate/paper.yaml") + "", "--print-cells");
        assertEquals(Failures.DONE, run.status(), run.err());
        assertEquals(31, run.out().lines().count(), run.out());
        assertTrue(run.out().contains("negative anchors 64"), run.out());
    }
}
