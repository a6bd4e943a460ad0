package org.sola.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.sola.findtrack.FindTrackSettings;
import org.sola.findtrack.HybridSettings;
import org.sola.tensor.NearestNames;
import picocli.CommandLine.Option;

/** FindTrack's networks, for {@code --backend findtrack} and {@code hybrid}. */
final class FindTrackOptions {
    /** The settings for the small models, where those ship. */
    private static final String SMALL = "demo";

    private static final String OFFICIAL = "mevis";
    private static final String ENDING = ".yaml";

    @Option(
            names = "--segmenter",
            paramLabel = "NAME|FILE|DIR",
            description = "FindTrack's network that finds what is meant on single frames, an EVF-SAM (default: as the"
                    + " recipe says).")
    private Optional<String> segmenter;

    @Option(
            names = "--aligner",
            paramLabel = "NAME|FILE|DIR",
            description = "FindTrack's network that says how well a masked frame fits an expression, an Alpha-CLIP"
                    + " (default: as the recipe says).")
    private Optional<String> aligner;

    @Option(
            names = "--hybrid",
            paramLabel = "NAME|FILE",
            defaultValue = "mask",
            description = "For --backend hybrid: what has a say in the choice among tracks, a name in configs/hybrid or"
                    + " a file (default: ${DEFAULT-VALUE}).")
    private String hybrid;

    /**
     * Who chooses among tracks for {@code --backend hybrid}.
     *
     * @param propagator the network that follows masks, as the user gave it
     */
    TrackJudge judge(SelectorOptions selector, Optional<String> propagator) throws IOException {
        var mixed = HybridSettings.read(file("--hybrid", ProjectHome.path().resolve("configs/hybrid"), hybrid));
        var catalogue = ModelCatalogue.open();
        var recipe = Optional.of(mixed.recipe()).filter(name -> !name.isEmpty());
        var models = FindTrackModels.of(catalogue, settings(catalogue, recipe, propagator), mixed);
        models.requireHere();
        return TrackJudge.of(mixed, models, selector);
    }

    /**
     * The settings that take effect.
     *
     * @param recipe a name in configs/findtrack or a file, as the user gave it
     * @param propagator the network that follows masks, as the user gave it
     */
    FindTrackSettings settings(ModelCatalogue catalogue, Optional<String> recipe, Optional<String> propagator) {
        var read = FindTrackSettings.read(file("--recipe", folder(), recipe.orElseGet(() -> defaultRecipe(catalogue))));
        return read.withModels(
                segmenter.orElse(read.segmenter()),
                aligner.orElse(read.aligner()),
                propagator.orElse(read.propagator()));
    }

    private static Path folder() {
        return ProjectHome.path().resolve("configs/findtrack");
    }

    /** The small models where all of them are here, else the published ones. */
    private static String defaultRecipe(ModelCatalogue catalogue) {
        var small = folder().resolve(SMALL + ENDING);
        return Files.isRegularFile(small)
                        && FindTrackModels.of(catalogue, FindTrackSettings.read(small))
                                .areHere()
                ? SMALL
                : OFFICIAL;
    }

    private static Path file(String option, Path folder, String wanted) {
        var named = folder.resolve(wanted + ENDING);
        if (Files.isRegularFile(named)) {
            return named;
        }
        var file = Path.of(wanted);
        if (Files.isRegularFile(file)) {
            return file;
        }
        var names = java.util.Arrays.stream(
                        Optional.ofNullable(folder.toFile().list()).orElse(new String[0]))
                .filter(name -> name.endsWith(ENDING))
                .map(name -> name.substring(0, name.length() - ENDING.length()))
                .sorted()
                .toList();
        throw new IllegalArgumentException(option + " " + wanted + " is neither a file nor a name in " + folder
                + NearestNames.hint(wanted, names) + "; there are: " + String.join(", ", names));
    }
}
