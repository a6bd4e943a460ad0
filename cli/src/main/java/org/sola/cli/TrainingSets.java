package org.sola.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.sola.config.ConfigSource;
import org.sola.config.Configs;
import org.sola.dataset.ReferringVideo;
import org.sola.precompute.TokenCache;
import org.sola.precompute.Track;
import org.sola.train.selector.CachedTrainingVideos;
import org.sola.train.selector.JointVideos;
import org.sola.train.selector.SelectorTraining;
import org.sola.train.selector.TrackOverlap;
import org.sola.train.selector.TrainingVideos;
import picocli.CommandLine.Option;

/** What is trained on and what chooses the best checkpoint: one data set or several together. */
final class TrainingSets {
    /** Without a validation split, every video of this rank is held out. */
    private static final int HELD_OUT = 10;

    private static final double NO_WEIGHT = 1;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "A split with masks; given again, several are trained on together.")
    private List<Path> data = List.of();

    @Option(
            names = "--cache",
            paramLabel = "CACHE",
            description = "Its token cache, from 'sola precompute --truth'; one for each --data.")
    private List<Path> caches = List.of();

    @Option(
            names = "--weight",
            paramLabel = "W",
            description = "Share of the training steps for each --data, in relation to the others' (default: every"
                    + " step of every data set once an epoch).")
    private List<Double> weights = List.of();

    @Option(
            names = "--valid-data",
            paramLabel = "DIR",
            description = "A split that chooses the best checkpoint; may be given again (default: every tenth video of"
                    + " each --data, held out).")
    private List<Path> validData = List.of();

    @Option(names = "--valid-cache", paramLabel = "CACHE", description = "Its token cache; one for each --valid-data.")
    private List<Path> validCaches = List.of();

    @Option(
            names = "--sets",
            paramLabel = "FILE",
            description = "The same as YAML: lists 'training' (data, cache, weight) and 'validation' (data, cache);"
                    + " paths count from the file's folder.")
    private Optional<Path> file;

    /** A data set to train on, as a file lists it. */
    record TrainingSet(String data, String cache, double weight) {}

    /** A data set to validate on. */
    record ValidationSet(String data, String cache) {}

    /** The content of a file. */
    record Sets(List<TrainingSet> training, List<ValidationSet> validation) {}

    private record Pair(Path data, Path cache, double weight) {}

    /** Opens all of them, and says what is broken. */
    SelectorTraining.Splits load(Console console, TrackOverlap.Size labelSize) throws IOException {
        var training = training();
        var validation = validation();
        var trainingParts = new ArrayList<JointVideos.Part>();
        var validationParts = new ArrayList<JointVideos.Part>();
        for (var pair : training) {
            var dataset = Datasets.withTruth(pair.data());
            dataset.problems().forEach(problem -> console.warn(problem.toString()));
            var cache = TokenCache.open(pair.cache());
            var kept = validation.isEmpty() ? every(dataset.videos(), false) : dataset.videos();
            trainingParts.add(new JointVideos.Part(
                    name(pair),
                    CachedTrainingVideos.of(dataset, cache, kept, labelSize, source -> true),
                    pair.weight()));
            if (validation.isEmpty()) {
                validationParts.add(new JointVideos.Part(
                        name(pair),
                        CachedTrainingVideos.of(
                                dataset, cache, every(dataset.videos(), true), labelSize, TrainingSets::isForInference),
                        NO_WEIGHT));
            }
        }
        for (var pair : validation) {
            var dataset = Datasets.withTruth(pair.data());
            dataset.problems().forEach(problem -> console.warn(problem.toString()));
            validationParts.add(new JointVideos.Part(
                    name(pair),
                    CachedTrainingVideos.of(
                            dataset,
                            TokenCache.open(pair.cache()),
                            dataset.videos(),
                            labelSize,
                            TrainingSets::isForInference),
                    NO_WEIGHT));
        }
        TrainingVideos together =
                isWeighted() ? JointVideos.byWeight(trainingParts) : JointVideos.everyStep(trainingParts);
        return new SelectorTraining.Splits(together, JointVideos.everyStep(validationParts));
    }

    private boolean isWeighted() {
        return !weights.isEmpty() || file.isPresent();
    }

    private List<Pair> training() {
        if (file.isPresent()) {
            if (!data.isEmpty() || !caches.isEmpty() || !weights.isEmpty()) {
                throw new IllegalArgumentException(
                        "--sets stands for --data, --cache and --weight; give one or the other");
            }
            var sets = sets(file.get()).training();
            if (sets.isEmpty()) {
                throw new IllegalArgumentException(file.get() + ": the list \"training\" is empty");
            }
            return sets.stream()
                    .map(set -> new Pair(beside(set.data()), beside(set.cache()), set.weight()))
                    .toList();
        }
        if (data.isEmpty() || caches.isEmpty()) {
            throw new IllegalArgumentException(
                    (data.isEmpty() ? "--data" : "--cache") + " is needed; see 'sola train --help'");
        }
        if (!weights.isEmpty() && weights.size() != data.size()) {
            throw new IllegalArgumentException("there are " + data.size() + " --data and " + weights.size()
                    + " --weight; give one weight for each data set, or none");
        }
        return pairs("--data", data, "--cache", caches);
    }

    private List<Pair> validation() {
        if (file.isPresent()) {
            if (!validData.isEmpty() || !validCaches.isEmpty()) {
                throw new IllegalArgumentException(
                        "--sets stands for --valid-data and --valid-cache; give one or the other");
            }
            return sets(file.get()).validation().stream()
                    .map(set -> new Pair(beside(set.data()), beside(set.cache()), NO_WEIGHT))
                    .toList();
        }
        return pairs("--valid-data", validData, "--valid-cache", validCaches);
    }

    private List<Pair> pairs(String dataName, List<Path> folders, String cacheName, List<Path> tokens) {
        if (folders.size() != tokens.size()) {
            throw new IllegalArgumentException(
                    dataName + " and " + cacheName + " belong together; one of them is missing (there are "
                            + folders.size() + " and " + tokens.size() + ")");
        }
        boolean hasWeights = dataName.equals("--data") && !weights.isEmpty();
        return IntStream.range(0, folders.size())
                .mapToObj(i -> new Pair(folders.get(i), tokens.get(i), hasWeights ? weights.get(i) : NO_WEIGHT))
                .toList();
    }

    private static Sets sets(Path file) {
        var defaults = new ConfigSource(
                "defaults",
                () -> new ByteArrayInputStream("{training: [], validation: []}".getBytes(StandardCharsets.UTF_8)));
        return Configs.loadSources(Sets.class, List.of(defaults, ConfigSource.file(file)), Map.of());
    }

    private Path beside(String path) {
        return file.orElseThrow().toAbsolutePath().resolveSibling(path).normalize();
    }

    /** The last two names of a data set's path, which tell sets and splits apart. */
    private static String name(Pair pair) {
        var path = pair.data().toAbsolutePath().normalize();
        int names = path.getNameCount();
        return path.subpath(Math.max(0, names - 2), names).toString().replace('\\', '/');
    }

    private static List<ReferringVideo> every(List<ReferringVideo> videos, boolean heldOut) {
        int rank = Math.min(HELD_OUT, Math.max(2, videos.size()));
        return IntStream.range(0, videos.size())
                .filter(i -> (i % rank == rank - 1) == heldOut)
                .mapToObj(videos::get)
                .toList();
    }

    private static boolean isForInference(String source) {
        return !source.equals(Track.TRUTH);
    }
}
