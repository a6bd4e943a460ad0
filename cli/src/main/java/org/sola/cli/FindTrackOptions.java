package org.sola.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.sola.findtrack.FindTrackSettings;
import org.sola.tensor.NearestNames;
import picocli.CommandLine.Option;

/** FindTrack's networks, for {@code --backend findtrack}. */
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

    /**
     * The settings that take effect.
     *
     * @param recipe a name in configs/findtrack or a file, as the user gave it
     * @param propagator the network that follows masks, as the user gave it
     */
    FindTrackSettings settings(ModelCatalogue catalogue, Optional<String> recipe, Optional<String> propagator) {
        var read = FindTrackSettings.read(file(recipe.orElseGet(() -> defaultRecipe(catalogue))));
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

    private static Path file(String recipe) {
        var named = folder().resolve(recipe + ENDING);
        if (Files.isRegularFile(named)) {
            return named;
        }
        var file = Path.of(recipe);
        if (Files.isRegularFile(file)) {
            return file;
        }
        var names = java.util.Arrays.stream(
                        Optional.ofNullable(folder().toFile().list()).orElse(new String[0]))
                .filter(name -> name.endsWith(ENDING))
                .map(name -> name.substring(0, name.length() - ENDING.length()))
                .sorted()
                .toList();
        throw new IllegalArgumentException("--recipe " + recipe + " is neither a file nor a name in " + folder()
                + NearestNames.hint(recipe, names) + "; with --backend findtrack there are: "
                + String.join(", ", names));
    }
}
