package org.sola.cli;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Another program that does the same work, a script below {@code bench/} run by a Python interpreter: it prints
 * {@code ready NAME}, then answers each line of its input, the name of a case, with the seconds that one run took by the
 * clock and in its own processor time. So both programs are measured turn by turn in one run.
 */
final class BenchmarkPeer implements AutoCloseable {
    private final Process process;
    private final BufferedWriter requests;
    private final BufferedReader answers;
    private final String name;

    private BenchmarkPeer(Process process) throws IOException {
        this.process = process;
        this.requests = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String first = answers.readLine();
        if (first == null || !first.startsWith("ready ")) {
            process.destroy();
            throw new IOException("the peer did not start (see above): "
                    + process.info().commandLine().orElse(""));
        }
        this.name = first.substring("ready ".length());
    }

    /** Starts {@code bench/SCRIPT} with so many threads. */
    static BenchmarkPeer start(Path python, String script, int threads) throws IOException {
        var file = ProjectHome.path().resolve("bench").resolve(script);
        if (!Files.exists(file)) {
            throw new IOException(file + " is not there");
        }
        var builder = new ProcessBuilder(python.toString(), file.toString());
        builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        return new BenchmarkPeer(builder.start());
    }

    /** What the peer is: library and version. */
    String name() {
        return name;
    }

    /**
     * The cost of one run.
     *
     * @param wall seconds by the clock
     * @param processor seconds of processor time, which other programs on the machine lengthen less
     */
    record Cost(double wall, double processor) {}

    /** Lets the peer run a case once. */
    Cost run(String benchmarkCase) throws IOException {
        var numbers = answer(benchmarkCase);
        return new Cost(Double.parseDouble(numbers[0]), Double.parseDouble(numbers[1]));
    }

    /** All words of the answer: the two costs, then whatever the script adds to be checked. */
    String[] answer(String benchmarkCase) throws IOException {
        requests.write(benchmarkCase + "\n");
        requests.flush();
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the peer ended in case " + benchmarkCase + " (see above)");
        }
        return line.split(" ");
    }

    @Override
    public void close() throws IOException {
        requests.close(); // the end of its input ends the peer
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroy();
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
        }
    }
}
