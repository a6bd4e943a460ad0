package org.sola.ablate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import org.sola.metric.PairedComparison;

/**
 * The result of a run: a row a cell, each figure as mean and 95 % interval over the seeds, and the difference to the full
 * method seed by seed.
 *
 * @param name of the plan
 * @param rows cells in the plan's order, the full method first
 * @param failures what could not be done, a line each
 */
public record AblationTable(String name, List<Row> rows, List<String> failures) {
    static final String KIND = "kind ";

    public AblationTable {
        rows = List.copyOf(rows);
        failures = List.copyOf(failures);
    }

    /**
     * A cell over its seeds.
     *
     * @param ablation what is changed
     * @param value to what
     * @param results one a seed that is done
     * @param isFailed whether a seed could not be done
     * @param difference J&amp;F in points less that of the full method with the same seeds; empty for that method itself
     *     and for cells of the same settings
     * @param p of that difference, corrected by Holm over all rows; empty where one seed says nothing
     */
    record Row(
            String ablation,
            String value,
            List<CellResult> results,
            boolean isFailed,
            Optional<Repeats> difference,
            OptionalDouble p) {
        Row {
            results = List.copyOf(results);
        }

        Optional<Repeats> figure(String figure) {
            var values = results.stream()
                    .filter(result -> result.figures().containsKey(figure))
                    .mapToDouble(result -> result.figures().get(figure))
                    .toArray();
            return values.length == 0 ? Optional.empty() : Optional.of(new Repeats(values));
        }
    }

    static AblationTable of(
            AblationPlan plan,
            List<AblationPlan.Cell> cells,
            Map<AblationPlan.Cell, List<String>> keys,
            Map<String, CellResult> results,
            Map<String, String> failures) {
        var full = keys.get(cells.get(0));
        var rows = new ArrayList<Row>();
        for (var cell : cells) {
            var own = keys.get(cell);
            var done =
                    own.stream().filter(results::containsKey).map(results::get).toList();
            rows.add(new Row(
                    cell.ablation(),
                    cell.value(),
                    done,
                    own.stream().anyMatch(failures::containsKey),
                    own.equals(full) ? Optional.empty() : difference(own, full, results),
                    OptionalDouble.empty()));
        }
        return new AblationTable(plan.name(), corrected(rows), List.copyOf(failures.values()));
    }

    private static Optional<Repeats> difference(List<String> own, List<String> full, Map<String, CellResult> results) {
        var differences = new ArrayList<Double>();
        for (int i = 0; i < own.size(); i++) {
            var a = results.get(own.get(i));
            var b = results.get(full.get(i));
            if (a != null && b != null) {
                differences.add(
                        a.figures().get(CellResult.COMBINED) - b.figures().get(CellResult.COMBINED));
            }
        }
        return differences.isEmpty()
                ? Optional.empty()
                : Optional.of(new Repeats(
                        differences.stream().mapToDouble(Double::doubleValue).toArray()));
    }

    private static List<Row> corrected(List<Row> rows) {
        var tested = new LinkedHashMap<Integer, Double>();
        for (int i = 0; i < rows.size(); i++) {
            var p = rows.get(i).difference().map(Repeats::p).orElse(OptionalDouble.empty());
            if (p.isPresent()) {
                tested.put(i, p.getAsDouble());
            }
        }
        var adjusted = PairedComparison.holm(List.copyOf(tested.values()));
        var corrected = new ArrayList<>(rows);
        int n = 0;
        for (int i : tested.keySet()) {
            var row = rows.get(i);
            corrected.set(
                    i,
                    new Row(
                            row.ablation(),
                            row.value(),
                            row.results(),
                            row.isFailed(),
                            row.difference(),
                            OptionalDouble.of(adjusted.get(n++))));
        }
        return corrected;
    }

    /** Names of the kinds of expressions that any cell was scored on. */
    List<String> kinds() {
        var kinds = new TreeSet<String>();
        for (var row : rows) {
            for (var result : row.results()) {
                result.figures().keySet().stream()
                        .filter(figure -> figure.startsWith(KIND))
                        .forEach(kinds::add);
            }
        }
        return List.copyOf(kinds);
    }

    /** The JSON document of {@code sola ablate}. */
    public Map<String, Object> document() {
        var document = new LinkedHashMap<String, Object>();
        document.put("name", name);
        var list = new ArrayList<Map<String, Object>>();
        for (var row : rows) {
            var entry = new LinkedHashMap<String, Object>();
            entry.put("ablation", row.ablation());
            entry.put("value", row.value());
            entry.put("repeats", row.results().size());
            for (var figure : List.of("J", "F", CellResult.COMBINED)) {
                row.figure(figure).ifPresent(repeats -> entry.put(figure, figures(repeats)));
            }
            row.difference().ifPresent(repeats -> entry.put("difference", figures(repeats)));
            row.p().ifPresent(p -> entry.put("p_holm", p));
            list.add(entry);
        }
        document.put("rows", list);
        document.put("failed", failures);
        return document;
    }

    private static Map<String, Object> figures(Repeats repeats) {
        var figures = new LinkedHashMap<String, Object>();
        figures.put("mean", repeats.mean());
        repeats.halfWidth()
                .ifPresent(half -> figures.put("ci95", List.of(repeats.mean() - half, repeats.mean() + half)));
        figures.put("values", java.util.Arrays.stream(repeats.values()).boxed().toList());
        return figures;
    }
}
