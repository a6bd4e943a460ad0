package org.sola.train.selector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.config.Configs;

/** A training whose process is killed at any moment, again and again, ends in the numbers of one that was not. */
class KilledTrainingTest {
    private static final int KILLS = 4;
    private static final int MOST_STEPS = 14; // before a kill; an epoch has 24
    private static final long LONGEST_PAUSE_NANOS = 20_000_000; // about a step with its checkpoint

    @TempDir
    private Path folder;

    /** Trains in a folder and prints a line a step. */
    static final class Child {
        public static void main(String[] arguments) throws IOException {
            var recipe = Configs.load(
                    TrainingRecipe.class,
                    List.of(Path.of(System.getProperty("sola.home"), "configs/train/demo.yaml")),
                    Map.of("epochs", "3", "start.silentEpochs", "1", "checkpointSteps", "1"));
            SelectorTraining.run(
                    Path.of(arguments[0]),
                    SelectorTrainingTest.SMALL,
                    recipe,
                    SelectorTrainingTest.splits(),
                    SelectorTrainingTest.WORDS,
                    new TrainingProgress() {
                        @Override
                        public void step(int epoch, int done, int steps, double meanLoss) {
                            System.out.println("step " + epoch + " " + done);
                        }
                    },
                    () -> false);
        }
    }

    private Process start(String name) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-Dai.djl.offline=true",
                        "-Dai.djl.pytorch.num_threads=1",
                        "-Djava.awt.headless=true",
                        "-Dsola.home=" + System.getProperty("sola.home"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        folder.resolve(name).toString())
                .redirectError(folder.resolve(name + ".log").toFile())
                .start();
    }

    /** Reads the child's steps until there were so many or it ends. */
    private static int follow(Process child, int steps) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
        int seen = 0;
        while (seen < steps && lines.readLine() != null) {
            seen++;
        }
        return seen;
    }

    private void finish(String name) throws IOException, InterruptedException {
        var child = start(name);
        follow(child, Integer.MAX_VALUE);
        assertEquals(0, child.waitFor(), () -> log(name));
    }

    private String log(String name) {
        try {
            return Files.readString(folder.resolve(name + ".log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private List<String> metrics(String name) throws IOException {
        return Files.readAllLines(folder.resolve(name).resolve("metrics.csv")).stream()
                .map(line -> line.substring(0, line.lastIndexOf(','))) // without the seconds
                .toList();
    }

    @Test
    void endsInTheSameNumbers() throws IOException, InterruptedException {
        long seed = System.nanoTime();
        System.err.println("kills by seed " + seed);
        var random = new Random(seed);
        finish("whole");
        int killed = 0;
        for (int i = 0; i < KILLS; i++) {
            var child = start("killed");
            int steps = random.nextInt(MOST_STEPS);
            int seen = follow(child, steps);
            LockSupport.parkNanos((long) (random.nextDouble() * LONGEST_PAUSE_NANOS));
            killed += child.isAlive() && seen == steps ? 1 : 0;
            child.destroyForcibly().waitFor();
        }
        assertTrue(killed > 0, "seed " + seed + ": the training was over before it was killed");
        finish("killed");
        assertEquals(metrics("whole"), metrics("killed"), "seed " + seed);
        for (var file : List.of("best.safetensors", "last.safetensors")) {
            assertArrayEquals(
                    Files.readAllBytes(folder.resolve("whole").resolve(file)),
                    Files.readAllBytes(folder.resolve("killed").resolve(file)),
                    file + ", seed " + seed);
        }
    }
}
