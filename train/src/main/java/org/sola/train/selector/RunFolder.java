package org.sola.train.selector;

import ai.djl.engine.Engine;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChartBuilder;
import org.sola.config.Configs;
import org.sola.file.AtomicFile;
import org.sola.file.GitCheckout;
import org.sola.selector.SelectorConfig;

/**
 * The files of a training: {@code model.yaml} and {@code recipe.yaml} as they took effect, {@code data.yaml} with the
 * number of videos and expressions of each data set and its weight, {@code environment.json} with the engine, the machine
 * and the commit of the program,
 * {@code metrics.csv} with a row an epoch, TensorBoard events, {@code last.safetensors} to go on from, {@code
 * best.safetensors} to use, and {@code curve.png}.
 */
public final class RunFolder {
    private static final Set<String> LATER = Set.of("  weights: \"\"", "videosPerStep: 1", "precision: float32");

    private final Path folder;

    RunFolder(Path folder) {
        this.folder = folder;
    }

    /** The checkpoint that training goes on from. */
    public Path last() {
        return folder.resolve("last.safetensors");
    }

    /** The parameters that did best on the validation split, under their official names. */
    public Path best() {
        return folder.resolve("best.safetensors");
    }

    /** The selector's configuration, to load {@link #best} with. */
    public Path model() {
        return folder.resolve("model.yaml");
    }

    public Path recipe() {
        return folder.resolve("recipe.yaml");
    }

    public Path metrics() {
        return folder.resolve("metrics.csv");
    }

    /** A run that is there. */
    public static RunFolder open(Path folder) throws IOException {
        var run = new RunFolder(folder);
        if (!Files.exists(run.best()) || !Files.exists(run.model())) {
            throw new IOException(
                    folder + " holds no finished epoch of a training (best.safetensors, model.yaml); run sola train");
        }
        return run;
    }

    Path folder() {
        return folder;
    }

    /** Notes the settings, or refuses to go on with others than the run was begun with. */
    void begin(SelectorConfig model, TrainingRecipe recipe, SelectorTraining.Splits data) throws IOException {
        Files.createDirectories(folder);
        settle(model(), Configs.toYaml(model));
        settle(recipe(), Configs.toYaml(recipe));
        settle(
                folder.resolve("data.yaml"),
                lines("training", data.training().summary())
                        + lines("validation", data.validation().summary()));
        var about = new LinkedHashMap<String, Object>();
        about.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
        about.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        about.put("cores", Runtime.getRuntime().availableProcessors());
        var engine = Engine.getInstance();
        about.put("engine", engine.getEngineName() + " " + engine.getVersion());
        about.put("device", engine.defaultDevice().toString());
        about.put("precision", recipe.precision().name().toLowerCase(Locale.ROOT));
        commit().ifPresent(hash -> about.put("git_commit", hash));
        byte[] json = new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(about);
        AtomicFile.write(folder.resolve("environment.json"), out -> out.write(json));
    }

    /** The commit of the program's folder, where that is a checkout. */
    private static Optional<String> commit() throws IOException {
        String home = System.getProperty("sola.home");
        return home == null ? Optional.empty() : GitCheckout.commit(Path.of(home));
    }

    private static String lines(String key, List<String> values) {
        return key + ":\n"
                + values.stream().map(value -> "- \"" + value + "\"\n").collect(Collectors.joining());
    }

    private void settle(Path file, String yaml) throws IOException {
        if (!Files.exists(last()) || !Files.exists(file)) {
            AtomicFile.write(file, out -> out.write(yaml.getBytes(StandardCharsets.UTF_8)));
            return;
        }
        var before = Files.readString(file).lines().toList();
        var now = yaml.lines().filter(line -> !isNew(line, before)).toList();
        if (!before.equals(now)) {
            var lost = new ArrayList<>(before);
            lost.removeAll(now);
            var added = new ArrayList<>(now);
            added.removeAll(before);
            throw new TrainingException(folder + " was begun with other settings (" + file.getFileName() + ": "
                    + lost.stream().map(String::strip).toList() + ", now "
                    + added.stream().map(String::strip).toList() + "); use those, or another --out");
        }
    }

    /** Whether a setting, at the value that had no alternative then, came after the run was begun. */
    private static boolean isNew(String line, List<String> before) {
        String key = line.substring(0, line.indexOf(':') + 1);
        return LATER.contains(line) && before.stream().noneMatch(each -> each.startsWith(key));
    }

    /** The rows of the metrics file before {@code epoch}; later ones are of a run that was cut off and are dropped. */
    void keepMetricsBefore(int epoch) throws IOException {
        if (!Files.exists(metrics())) {
            return;
        }
        var kept = Files.readAllLines(metrics()).stream()
                .filter(line -> {
                    String first = line.substring(0, Math.max(0, line.indexOf(',')));
                    return first.equals("epoch") || (!first.isEmpty() && Integer.parseInt(first) < epoch);
                })
                .toList();
        write(kept);
    }

    /** Adds an epoch's row. */
    void addMetrics(int epoch, Map<String, Double> figures) throws IOException {
        List<String> lines = new ArrayList<>(Files.exists(metrics()) ? Files.readAllLines(metrics()) : List.of());
        if (lines.isEmpty()) {
            lines.add("epoch," + String.join(",", figures.keySet()));
        }
        var row = new StringBuilder(Integer.toString(epoch));
        for (var column : columns(lines)) {
            row.append(',').append(figures.containsKey(column) ? number(figures.get(column)) : "");
        }
        lines.add(row.toString());
        write(lines);
    }

    private static List<String> columns(List<String> lines) {
        var columns = List.of(lines.get(0).split(","));
        return columns.subList(1, columns.size());
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.6g", value);
    }

    private void write(List<String> lines) throws IOException {
        AtomicFile.write(
                metrics(), out -> out.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    /** Draws losses and F1 over epochs; returns nothing when no epoch is done. */
    Optional<Path> drawCurve() throws IOException {
        if (!Files.exists(metrics())) {
            return Optional.empty();
        }
        var lines = Files.readAllLines(metrics());
        var columns = columns(lines);
        var epochs = new double[lines.size() - 1];
        if (epochs.length == 0) {
            return Optional.empty();
        }
        var chart = new XYChartBuilder()
                .width(800)
                .height(480)
                .title("selector training")
                .xAxisTitle("epoch")
                .build();
        for (var name : List.of("train_loss", "valid_loss", "f1", "expression_f1")) {
            var values = new double[epochs.length];
            int column = columns.indexOf(name) + 1;
            for (int i = 0; i < epochs.length; i++) {
                var cells = lines.get(i + 1).split(",", -1);
                epochs[i] = Double.parseDouble(cells[0]);
                values[i] = column == 0 || cells[column].isEmpty() ? Double.NaN : Double.parseDouble(cells[column]);
            }
            chart.addSeries(name.replace('_', ' '), epochs, values);
        }
        Path file = folder.resolve("curve.png");
        AtomicFile.write(file, out -> BitmapEncoder.saveBitmap(chart, out, BitmapEncoder.BitmapFormat.PNG));
        return Optional.of(file);
    }
}
