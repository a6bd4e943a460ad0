package org.sola.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.sola.precompute.ProcessMemory;

/** What a run costs: time on the clock, time of all cores, memory. */
public final class Stopwatch {
    private static final Path CLEAR = Path.of("/proc/self/clear_refs");
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private Stopwatch() {}

    /**
     * A run's time.
     *
     * @param seconds on the clock
     * @param cpuSeconds that the calling thread had a core: with one thread, what the clock would say on a machine that
     *     nobody else uses
     */
    public record Time(double seconds, double cpuSeconds) {}

    /** One run of a case. */
    public static Time time(BenchmarkCase benchmark) {
        return time(benchmark::run);
    }

    /** Some work's time. */
    public static Time time(Runnable work) {
        long cpu = THREADS.getCurrentThreadCpuTime();
        long start = System.nanoTime();
        work.run();
        return new Time((System.nanoTime() - start) / 1e9, (THREADS.getCurrentThreadCpuTime() - cpu) / 1e9);
    }

    /** Forgets how much memory the process had at most so far; where the system cannot (not Linux), nothing happens. */
    public static void resetPeakMemory() {
        try {
            if (Files.isWritable(CLEAR)) {
                Files.writeString(CLEAR, "5");
            }
        } catch (IOException e) {
            // a container may forbid it: the peak then is that of the whole process so far
            return;
        }
    }

    /** The most memory resident since {@link #resetPeakMemory}, native memory included. */
    public static OptionalLong peakResidentBytes() {
        return ProcessMemory.peakResidentBytes();
    }
}
