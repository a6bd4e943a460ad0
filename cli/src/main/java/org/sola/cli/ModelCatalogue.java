package org.sola.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sola.tensor.Checkpoint;
import org.sola.tensor.NearestNames;

/** The models that the project knows by name: a configuration, a shipped checkpoint or both. */
final class ModelCatalogue {
    private static final String SUMS = "SHA256SUMS";

    private final Path checkpoints;
    private final Path configs;

    private ModelCatalogue(Path checkpoints, Path configs) {
        this.checkpoints = checkpoints;
        this.configs = configs;
    }

    static ModelCatalogue open() {
        return of(ProjectHome.checkpoints(), ProjectHome.modelConfigs());
    }

    static ModelCatalogue of(Path checkpoints, Path configs) {
        return new ModelCatalogue(checkpoints, configs);
    }

    /**
     * A model by name.
     *
     * @param checkpoint the shipped weights, when they ship
     * @param config the configuration of its size, when it has one of its own
     */
    record Entry(String name, Optional<Path> checkpoint, Optional<Path> config) {}

    /** All of them by name: those whose weights ship first. */
    List<Entry> entries() throws IOException {
        var found = new LinkedHashMap<String, Entry>();
        for (var file : files(checkpoints, ".safetensors")) {
            String name = nameOf(file, ".safetensors");
            found.put(name, new Entry(name, Optional.of(file), configOf(name)));
        }
        for (var file : files(configs, ".yaml")) {
            String name = nameOf(file, ".yaml");
            found.putIfAbsent(name, new Entry(name, Optional.empty(), Optional.of(file)));
        }
        return List.copyOf(found.values());
    }

    private Optional<Path> configOf(String name) {
        return Optional.of(configs.resolve(name + ".yaml")).filter(Files::isRegularFile);
    }

    /** The checkpoint called {@code nameOrFile}: a file as it is, else the shipped one of that name. */
    Path checkpoint(String nameOrFile) throws IOException {
        if (nameOrFile.contains("/") || nameOrFile.matches(".*\\.(safetensors|pt|pth|bin)")) {
            var file = Path.of(nameOrFile);
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException(
                        file + " is not a file; 'sola models list' shows the names that are known");
            }
            return file;
        }
        var entries = entries();
        for (var entry : entries) {
            if (entry.name().equals(nameOrFile)) {
                return entry.checkpoint()
                        .orElseThrow(() -> new IllegalArgumentException("the weights of " + nameOrFile
                                + " do not ship with the project; give the path of a checkpoint file instead"));
            }
        }
        var names = entries.stream().map(Entry::name).toList();
        throw new IllegalArgumentException("no model is called \"" + nameOrFile + "\""
                + NearestNames.hint(nameOrFile, names) + "; 'sola models list' shows all");
    }

    /**
     * A SAM 2: its configuration and weights.
     *
     * @param name of its size
     */
    record Sam2Files(String name, Path config, Path checkpoint) {}

    /** The SAM 2 called {@code nameOrFile}; the size of a checkpoint file is told by its content. */
    Sam2Files sam2(String nameOrFile) throws IOException {
        var checkpoint = checkpoint(nameOrFile);
        String size = sizeOf(Checkpoint.open(checkpoint));
        var config = configs.resolve(size + ".yaml");
        if (!size.startsWith("sam2") || !Files.isRegularFile(config)) {
            throw new IllegalArgumentException(
                    checkpoint + " is no SAM 2 of a known size; 'sola models show " + checkpoint + "' says what it is");
        }
        return new Sam2Files(size, config, checkpoint);
    }

    /** The selector called {@code nameOrFile}; the size of a checkpoint file is told by its content. */
    SelectorFiles selector(String nameOrFile) throws IOException {
        var checkpoint = checkpoint(nameOrFile);
        String size = sizeOf(Checkpoint.open(checkpoint));
        var config = configs.resolve(size + ".yaml");
        if (!size.startsWith("selector") || !Files.isRegularFile(config)) {
            throw new IllegalArgumentException(checkpoint + " is no selector of a known size; 'sola models show "
                    + checkpoint + "' says what it is");
        }
        return new SelectorFiles(nameOrFile, config, checkpoint);
    }

    private String sizeOf(Checkpoint file) throws IOException {
        String identity = identify(file);
        int open = identity.indexOf('(');
        return open < 0 ? identity : identity.substring(open + 1, identity.length() - 1);
    }

    /** The sha256 that each shipped file should have, by file name; as {@code sha256sum} writes it. */
    Map<String, String> expectedSums() throws IOException {
        var sums = new LinkedHashMap<String, String>();
        var file = checkpoints.resolve(SUMS);
        if (Files.isRegularFile(file)) {
            for (String line : Files.readAllLines(file)) {
                var parts = line.strip().split("\\s+\\*?", 2);
                if (parts.length == 2) {
                    sums.put(parts[1], parts[0]);
                }
            }
        }
        return sums;
    }

    Path folder() {
        return checkpoints;
    }

    /** Which model the tensors are: what the file says of itself, else what names and shapes tell. */
    String identify(Checkpoint file) throws IOException {
        String said = file.metadata().get("model");
        if (said != null) {
            return said;
        }
        var names = file.tensors().keySet();
        String patches = names.stream()
                .filter(name -> name.endsWith("image_encoder.trunk.patch_embed.proj.weight"))
                .findFirst()
                .orElse(null);
        if (patches != null) {
            String prefix = patches.substring(0, patches.length() - "patch_embed.proj.weight".length());
            long width = file.info(patches).shape().get(0);
            long blocks = names.stream()
                    .filter(name -> name.startsWith(prefix + "blocks.") && name.endsWith("norm1.weight"))
                    .count();
            boolean newer = names.stream().anyMatch(name -> name.endsWith("no_obj_embed_spatial"));
            return "SAM 2" + (newer ? ".1" : ".0") + " (" + sizeName(width, blocks, newer) + ")";
        }
        if (names.contains("short_motion_encoder.0.weight") && names.contains("negative_token.weight")) {
            return "SOLA selector (" + selectorName(file) + ")";
        }
        return "unknown: names and shapes fit no model of this program";
    }

    private String sizeName(long width, long blocks, boolean newer) throws IOException {
        var yaml = new ObjectMapper(new YAMLFactory());
        for (var config : files(configs, ".yaml")) {
            var tree = yaml.readTree(config.toFile());
            long total = 0;
            for (var stage : tree.path("hiera").path("stages")) {
                total += stage.asLong();
            }
            boolean same = tree.path("hiera").path("embedDim").asLong() == width && total == blocks;
            if (same && tree.path("version21").asBoolean() == newer) {
                return nameOf(config, ".yaml");
            }
        }
        return "of no known size: width " + width + ", " + blocks + " blocks";
    }

    private String selectorName(Checkpoint file) throws IOException {
        long objectTokens = last(file.info("short_motion_encoder.0.weight").shape(), 2);
        long textTokens = last(file.info("negative_token.weight").shape(), 1);
        var yaml = new ObjectMapper(new YAMLFactory());
        for (var config : files(configs, ".yaml")) {
            var tree = yaml.readTree(config.toFile());
            if (tree.path("objectTokenDim").asLong() == objectTokens
                    && tree.path("langTokenDim").asLong() == textTokens) {
                return nameOf(config, ".yaml");
            }
        }
        return "of no known size: object tokens of " + objectTokens + " values, text tokens of " + textTokens;
    }

    /** The {@code n}-th dimension from the end, 0 where there are fewer. */
    private static long last(List<Long> shape, int n) {
        return shape.size() < n ? 0 : shape.get(shape.size() - n);
    }

    private static String nameOf(Path file, String ending) {
        String name = file.getFileName().toString();
        return name.substring(0, name.length() - ending.length());
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var all = Files.list(folder)) {
            return new ArrayList<>(
                    all.filter(file -> file.getFileName().toString().endsWith(ending))
                            .sorted(Comparator.comparing(Path::getFileName))
                            .toList());
        }
    }
}
