package org.sola.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C, sent to a real process: status 130, what is whole is kept, the same command ends in the same bytes. */
class StopTest {
    private static final int SIGINT_BIT = 1 << 1; // of signal 2 in the masks of /proc

    @TempDir
    private Path folder;

    private record Ended(int status, List<String> errorLines) {}

    /** A shell that starts programs in the background makes them ignore the signal, and they hand that on. */
    @BeforeEach
    void signalsCanBeSent() throws IOException {
        var status = Path.of("/proc/self/status");
        Assumptions.assumeTrue(Files.isReadable(status) && Files.isExecutable(Path.of("/bin/kill")));
        String ignored = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElseThrow();
        long mask = Long.parseUnsignedLong(ignored.substring("SigIgn:".length()).strip(), 16);
        Assumptions.assumeTrue((mask & SIGINT_BIT) == 0, "this process was started to ignore Ctrl-C");
    }

    /** Runs a command and sends the signal as soon as a line on stderr begins so; no signal where that is empty. */
    private Ended run(String stopAt, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx1g", "-Dai.djl.offline=true", "-Dsola.home=" + System.getProperty("sola.home")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        var lines = new ArrayList<String>();
        boolean isSent = stopAt.isEmpty();
        try (var err = new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            for (String line = err.readLine(); line != null; line = err.readLine()) {
                lines.add(line);
                if (!isSent && line.startsWith(stopAt)) {
                    isSent = true;
                    new ProcessBuilder("/bin/kill", "-INT", Long.toString(process.pid()))
                            .start()
                            .waitFor();
                }
            }
        }
        assertTrue(process.waitFor(1, TimeUnit.MINUTES), "the process ends with its output");
        assertTrue(isSent, () -> "never said \"" + stopAt + "\": " + lines);
        return new Ended(process.exitValue(), lines);
    }

    private static void assertStopped(String command, Ended ended) {
        assertEquals(Failures.INTERRUPTED, ended.status(), ended.errorLines().toString());
        assertTrue(
                ended.errorLines().get(ended.errorLines().size() - 1).startsWith("sola " + command + ": stopped"),
                ended.errorLines().toString());
        assertFalse(ended.errorLines().stream().anyMatch(line -> line.startsWith("warning")), "nothing is broken");
    }

    @Test
    void precomputeStopsAndGoesOnToTheSameBytes() throws Exception {
        var data = TinyDataset.write(folder.resolve("valid"), "ape", "bee", "cat", "dog");
        var recipe = Clips.quickRecipe(folder.resolve("quick.yaml"), 16).toString();
        var whole = folder.resolve("whole");
        String[] words = {"precompute", "--data", data.toString(), "--truth", "--recipe", recipe, "--threads", "1"};
        var first = new ArrayList<>(List.of(words));
        first.addAll(List.of("--out", whole.toString()));
        var run = CommandRun.of(first.toArray(String[]::new));
        assertEquals(Failures.DONE, run.status(), run.err());

        var stopped = folder.resolve("stopped");
        var second = new ArrayList<>(List.of(words));
        second.addAll(List.of("--out", stopped.toString()));
        assertStopped("precompute", run("tracking 4 videos", second.toArray(String[]::new)));
        assertTrue(Clips.videos(stopped).size() < 4, "it was stopped in the middle");
        assertEquals(0, run("", second.toArray(String[]::new)).status());
        assertEquals(Clips.content(whole), Clips.content(stopped));
    }

    @Test
    void theDemoDataSetStopsAndGoesOnToTheSameBytes() throws Exception {
        var whole = folder.resolve("whole");
        String[] words = {"data", "demo", "--videos", "5", "--seed", "3", "--threads", "1", "--out"};
        var first = new ArrayList<>(List.of(words));
        first.add(whole.toString());
        assertEquals(Failures.DONE, CommandRun.of(first.toArray(String[]::new)).status());
        var stopped = folder.resolve("stopped");
        var second = new ArrayList<>(List.of(words));
        second.add(stopped.toString());
        assertStopped("data demo", run("generating 5 videos", second.toArray(String[]::new)));
        assertFalse(Files.exists(stopped.resolve("train/meta_expressions.json")));
        assertEquals(0, run("", second.toArray(String[]::new)).status());
        assertEquals(Clips.content(whole), Clips.content(stopped));
    }
}
