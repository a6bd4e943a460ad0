package org.sola.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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

    /** Runs a command in a process of its own. */
    private Process start(List<String> arguments) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx1g", "-Dai.djl.offline=true", "-Dsola.home=" + System.getProperty("sola.home")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(folder.resolve("errors.txt").toFile())
                .start();
    }

    /** Runs a command to its end. */
    private int run(List<String> arguments) throws IOException, InterruptedException {
        return start(arguments).waitFor();
    }

    /** Runs a command and sends the signal as soon as {@code file} is there. */
    private Ended runUntil(Path file, List<String> arguments) throws IOException, InterruptedException {
        var process = start(arguments);
        while (!Files.exists(file) && process.isAlive()) {
            process.waitFor(2, TimeUnit.MILLISECONDS);
        }
        new ProcessBuilder("/bin/kill", "-INT", Long.toString(process.pid()))
                .start()
                .waitFor();
        int status = process.waitFor();
        return new Ended(status, Files.readAllLines(folder.resolve("errors.txt")));
    }

    private static void assertStopped(String command, Ended ended) {
        assertEquals(Failures.INTERRUPTED, ended.status(), ended.errorLines().toString());
        assertTrue(
                ended.errorLines().get(ended.errorLines().size() - 1).startsWith("sola " + command + ": stopped"),
                ended.errorLines().toString());
        assertFalse(ended.errorLines().stream().anyMatch(line -> line.startsWith("warning")), "nothing is broken");
    }

    private static List<String> join(List<String> words, Object... more) {
        return Stream.concat(words.stream(), Arrays.stream(more).map(Object::toString))
                .toList();
    }

    @Test
    void precomputeStopsAndGoesOnToTheSameBytes() throws Exception {
        var data = TinyDataset.write(folder.resolve("valid"), "ape", "bee", "cat", "dog");
        var recipe = Clips.quickRecipe(folder.resolve("quick.yaml"), 16);
        var words =
                join(List.of("precompute", "--truth", "--threads", "1"), "--data", data, "--recipe", recipe, "--out");
        var whole = folder.resolve("whole");
        assertEquals(Failures.DONE, run(join(words, whole)));
        var stopped = folder.resolve("stopped");
        assertStopped("precompute", runUntil(stopped.resolve("ape.json"), join(words, stopped)));
        var kept = Clips.videos(stopped);
        assertTrue(kept.contains("ape") && kept.size() < 4, "stopped in the middle: " + kept);
        assertEquals(Failures.DONE, run(join(words, stopped)));
        assertEquals(Clips.content(whole), Clips.content(stopped));
    }

    @Test
    void theDemoDataSetStopsAndGoesOnToTheSameBytes() throws Exception {
        var words = List.of("data", "demo", "--videos", "5", "--seed", "3", "--threads", "1", "--out");
        var whole = folder.resolve("whole");
        assertEquals(Failures.DONE, run(join(words, whole)));
        var stopped = folder.resolve("stopped");
        var videos = stopped.resolve("train/JPEGImages");
        assertStopped("data demo", runUntil(videos.resolve("train00000"), join(words, stopped)));
        assertTrue(Files.exists(videos.resolve("train00000")), "what is whole is kept");
        assertFalse(Files.exists(stopped.resolve("train/meta_expressions.json")), "it was stopped in the middle");
        assertEquals(Failures.DONE, run(join(words, stopped)));
        assertEquals(Clips.content(whole), Clips.content(stopped));
    }
}
