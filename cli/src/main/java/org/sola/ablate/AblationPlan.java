package org.sola.ablate;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sola.config.ConfigException;
import org.sola.config.ConfigSource;
import org.sola.config.Configs;
import org.sola.selector.SelectorConfig;
import org.sola.train.selector.TrainingRecipe;

/**
 * A grid of configurations as its file describes it: a full method, ablations that each change one thing about it, and
 * grids whose values are combined. Every key is one of {@link CellSettings}, such as {@code model.layers} or
 * {@code recipe.loss.alignmentWeight}.
 *
 * @param name what the table is called
 * @param repeats seeds; every cell is trained once for each
 * @param model the full method's selector, a name in configs/models
 * @param recipe the full method's training, a name in configs/train
 * @param set what all cells change about those, as {@code key=value}
 * @param ablations one key each, a cell for every value
 * @param grid keys whose values are combined, a cell for every combination
 */
public record AblationPlan(
        String name,
        List<Long> repeats,
        String model,
        String recipe,
        List<String> set,
        List<Axis> ablations,
        List<Axis> grid) {
    private static final String DEFAULTS =
            "{repeats: [1, 2, 3], model: selector-nano, recipe: demo, set: [], ablations: [], grid: []}";

    public AblationPlan {
        repeats = List.copyOf(repeats);
        set = List.copyOf(set);
        ablations = List.copyOf(ablations);
        grid = List.copyOf(grid);
        if (repeats.isEmpty() || repeats.stream().distinct().count() != repeats.size()) {
            throw new IllegalArgumentException("repeats is " + repeats + ", expected one or more different seeds");
        }
    }

    /**
     * One thing that is changed.
     *
     * @param name what the table calls it
     * @param key a key of {@link CellSettings}
     * @param values as they would follow {@code --set key=}
     */
    public record Axis(String name, String key, List<String> values) {
        public Axis {
            values = List.copyOf(values);
            if (values.isEmpty()) {
                throw new IllegalArgumentException("ablation \"" + name + "\" has no values");
            }
        }
    }

    /**
     * A row of the table.
     *
     * @param ablation what is changed, "full method" where nothing is
     * @param value to what
     * @param settings the outcome
     */
    public record Cell(String ablation, String value, CellSettings settings) {
        /** As messages name it. */
        @Override
        public String toString() {
            return value.isEmpty() ? ablation : ablation + " " + value;
        }
    }

    /** Reads a plan; what the file leaves out has the defaults of the demonstration set. */
    public static AblationPlan read(Path file) {
        return Configs.loadSources(
                AblationPlan.class, List.of(yaml("defaults", DEFAULTS), ConfigSource.file(file)), Map.of());
    }

    /**
     * The rows in order, the full method first. Every key and value is checked here, before anything is run.
     *
     * @param configs the project's configs folder
     * @throws ConfigException naming the ablation and its key; an unknown key proposes the nearest
     */
    public List<Cell> cells(Path configs) {
        var full = CellSettings.of(
                Configs.load(SelectorConfig.class, List.of(configs.resolve("models/" + model + ".yaml")), Map.of()),
                Configs.load(TrainingRecipe.class, List.of(configs.resolve("train/" + recipe + ".yaml")), Map.of()));
        var common = new LinkedHashMap<String, String>();
        for (var each : set) {
            var setting = Configs.override(each);
            common.put(setting.getKey(), setting.getValue());
        }
        full = with(name + ", set", full, common);
        var cells = new ArrayList<Cell>();
        cells.add(new Cell("full method", "", full));
        for (var axis : ablations) {
            for (var value : axis.values()) {
                var changed = with(name + ", ablation \"" + axis.name() + "\"", full, Map.of(axis.key(), value));
                cells.add(new Cell(axis.name(), value, changed));
            }
        }
        for (var combination : combinations()) {
            var label = new ArrayList<String>();
            combination.forEach((axis, value) -> label.add(axis.name() + " " + value));
            var values = new LinkedHashMap<String, String>();
            combination.forEach((axis, value) -> values.put(axis.key(), value));
            cells.add(new Cell("grid", String.join(", ", label), with(name + ", grid", full, values)));
        }
        return List.copyOf(cells);
    }

    private List<Map<Axis, String>> combinations() {
        if (grid.isEmpty()) {
            return List.of();
        }
        List<Map<Axis, String>> combinations = List.of(Map.of());
        for (var axis : grid) {
            var longer = new ArrayList<Map<Axis, String>>();
            for (var start : combinations) {
                for (var value : axis.values()) {
                    var one = new LinkedHashMap<>(start);
                    one.put(axis, value);
                    longer.add(one);
                }
            }
            combinations = longer;
        }
        return combinations;
    }

    private static CellSettings with(String origin, CellSettings full, Map<String, String> changes) {
        var sources = new ArrayList<ConfigSource>();
        sources.add(yaml("full method", Configs.toYaml(full)));
        changes.forEach((key, value) -> sources.add(yaml(origin + ", key " + key, nested(key, value))));
        return Configs.loadSources(CellSettings.class, sources, Map.of());
    }

    /** {@code a.b} and a value as {@code {a: {b: value}}}. */
    private static String nested(String key, String value) {
        var text = new StringBuilder();
        var parts = key.split("\\.");
        for (var part : parts) {
            text.append('{').append(part).append(": ");
        }
        return text.append(value).append("}".repeat(parts.length)).toString();
    }

    private static ConfigSource yaml(String name, String text) {
        return new ConfigSource(name, () -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }
}
