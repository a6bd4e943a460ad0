package org.sola.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was measured of one case.
 *
 * @param name of the case
 * @param seconds of each run that counts, sorted; at least one
 * @param more facts that belong to the case, by the name that they have in the JSON
 */
record BenchmarkRow(String name, List<Double> seconds, Map<String, Object> more) {
    BenchmarkRow {
        if (seconds.isEmpty()) {
            throw new IllegalArgumentException(name + ": nothing was measured");
        }
        seconds = seconds.stream().sorted().toList();
        more = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(more));
    }

    BenchmarkRow(String name, List<Double> seconds) {
        this(name, seconds, Map.of());
    }

    double median() {
        return median(seconds);
    }

    static double median(List<Double> values) {
        var sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    double least() {
        return seconds.get(0);
    }

    double most() {
        return seconds.get(seconds.size() - 1);
    }

    /** As scripts read it. */
    Map<String, Object> toJson() {
        var row = new LinkedHashMap<String, Object>();
        row.put("case", name);
        row.put("seconds", median());
        row.put("min", least());
        row.put("max", most());
        row.put("n", seconds.size());
        row.putAll(more);
        return row;
    }
}
