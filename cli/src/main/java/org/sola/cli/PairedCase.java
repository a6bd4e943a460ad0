package org.sola.cli;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Measures a case of ours and, turn by turn, the same case of a peer or another way of ours to do it. */
final class PairedCase {
    private final String name;
    private final int units;
    private final Work work;
    private final List<BenchmarkPeer.Cost> ours = new ArrayList<>();
    private final List<BenchmarkPeer.Cost> theirs = new ArrayList<>();

    /** One run of a case. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    /**
     * @param name of the case
     * @param units what one run of ours counts for; the peer's runs count for one
     */
    PairedCase(String name, int units, Work work) {
        this.name = name;
        this.units = units;
        this.work = work;
    }

    /** A warm-up of both, then {@code runs} runs of each in turn. */
    BenchmarkRow measure(int runs, Optional<BenchmarkPeer> peer, String peerCase)
            throws IOException, InterruptedException {
        return measure(runs, "peer", peer.map(p -> () -> p.run(peerCase)));
    }

    /** The same against another way to do the work, {@code units} of it, whose figures are called {@code name}. */
    BenchmarkRow against(int runs, String name, Work work) throws IOException, InterruptedException {
        return measure(runs, name, Optional.of(() -> once(work)));
    }

    /** A run of what a case is compared with. */
    @FunctionalInterface
    private interface Turn {
        BenchmarkPeer.Cost run() throws IOException;
    }

    private BenchmarkRow measure(int runs, String otherName, Optional<Turn> turn)
            throws IOException, InterruptedException {
        for (int i = 0; i <= runs; i++) {
            Benchmark.stopIfInterrupted();
            var cost = once(work);
            var other = turn.isPresent() ? Optional.of(turn.get().run()) : Optional.<BenchmarkPeer.Cost>empty();
            if (i > 0) {
                ours.add(cost);
                other.ifPresent(theirs::add);
            }
        }
        var more = new LinkedHashMap<String, Object>();
        more.put("cpu_seconds", rounded(median(ours, BenchmarkPeer.Cost::processor)));
        if (!theirs.isEmpty()) {
            more.put(otherName + "_seconds", rounded(median(theirs, BenchmarkPeer.Cost::wall)));
            more.put(otherName + "_cpu_seconds", rounded(median(theirs, BenchmarkPeer.Cost::processor)));
            more.put("times_faster", rounded(ratio(BenchmarkPeer.Cost::wall)));
            more.put("cpu_times_faster", rounded(ratio(BenchmarkPeer.Cost::processor)));
        }
        return row(more);
    }

    private BenchmarkRow row(Map<String, Object> more) {
        return new BenchmarkRow(
                name, ours.stream().map(BenchmarkPeer.Cost::wall).toList(), more);
    }

    private BenchmarkPeer.Cost once(Work work) throws IOException {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long processor = system.getProcessCpuTime();
        long wall = System.nanoTime();
        work.run();
        return new BenchmarkPeer.Cost(
                (System.nanoTime() - wall) / 1e9 / units, (system.getProcessCpuTime() - processor) / 1e9 / units);
    }

    /** The median over the turns of theirs divided by ours. */
    private double ratio(java.util.function.ToDoubleFunction<BenchmarkPeer.Cost> part) {
        var ratios = new ArrayList<BenchmarkPeer.Cost>();
        for (int i = 0; i < theirs.size(); i++) {
            double quotient = part.applyAsDouble(theirs.get(i)) / part.applyAsDouble(ours.get(i));
            ratios.add(new BenchmarkPeer.Cost(quotient, quotient));
        }
        return median(ratios, part);
    }

    private static double median(
            List<BenchmarkPeer.Cost> costs, java.util.function.ToDoubleFunction<BenchmarkPeer.Cost> part) {
        return new BenchmarkRow("", costs.stream().mapToDouble(part).boxed().toList()).median();
    }

    private static double rounded(double value) {
        return Double.parseDouble(String.format(Locale.ROOT, "%.4g", value));
    }
}
