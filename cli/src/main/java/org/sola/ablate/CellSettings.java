package org.sola.ablate;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sola.config.ConfigSource;
import org.sola.config.Configs;
import org.sola.file.Sha256;
import org.sola.precompute.Track;
import org.sola.precompute.VideoTracks;
import org.sola.selector.SelectorConfig;
import org.sola.train.selector.TrainingRecipe;

/**
 * Everything that one cell of a grid is made with; the keys that an ablation may change.
 *
 * @param model sizes of the selector
 * @param recipe how it is trained
 * @param tracks which tracks of the caches take part
 * @param selection how scores become an answer
 */
public record CellSettings(SelectorConfig model, TrainingRecipe recipe, Tracks tracks, Selection selection) {
    private static final int DIGEST_CHARACTERS = 12;

    /** Where a track's prompt came from. */
    public enum Source {
        /** Automatic masks of a grid of points. */
        GRID,
        /** A detector's boxes. */
        BOX,
        /** Annotated masks: in training as the official code, in answers a ceiling that no method reaches. */
        TRUTH;

        boolean made(Track track) {
            return track.source().equals(name().toLowerCase(Locale.ROOT));
        }
    }

    /**
     * Which tracks of a cache take part. The cap keeps the first tracks of each source, and of each expression's own
     * boxes: those of the largest prompts, which a precomputation with that cap would have made. Annotated objects are
     * never capped.
     *
     * @param training sources that are trained on
     * @param answering sources that validate and answer
     * @param most cap of the tracks of one source; 0 keeps all
     */
    public record Tracks(List<Source> training, List<Source> answering, int most) {
        public Tracks {
            training = List.copyOf(training);
            answering = List.copyOf(answering);
            if (training.isEmpty() || answering.isEmpty() || most < 0) {
                throw new IllegalArgumentException("training and answering name at least one of grid, box, truth, and"
                        + " most is 0 or more; they are " + training + ", " + answering + ", " + most);
            }
        }

        VideoTracks forTraining(VideoTracks video) {
            return only(video, training);
        }

        VideoTracks forAnswers(VideoTracks video) {
            return only(video, answering);
        }

        private VideoTracks only(VideoTracks video, List<Source> sources) {
            var taken = new HashMap<String, Integer>();
            return video.only(track -> sources.stream().anyMatch(source -> source.made(track))
                    && (most == 0
                            || track.source().equals(Track.TRUTH)
                            || taken.merge(track.source() + "/" + track.expression(), 1, Integer::sum) <= most));
        }
    }

    /**
     * How scores become an answer.
     *
     * @param threshold tracks with a probability above it are taken
     */
    public record Selection(double threshold) {
        public Selection {
            if (!(threshold >= 0 && threshold <= 1)) {
                throw new IllegalArgumentException("threshold is " + threshold + ", expected 0 to 1");
            }
        }
    }

    /** The tracks and the threshold of the published method, as far as a cache has such tracks. */
    static CellSettings of(SelectorConfig model, TrainingRecipe recipe) {
        return new CellSettings(
                model,
                recipe,
                new Tracks(List.of(Source.TRUTH, Source.GRID), List.of(Source.GRID, Source.BOX), 0),
                new Selection(org.sola.infer.Selection.THRESHOLD));
    }

    /** The same with another seed of the training. */
    CellSettings withSeed(long seed) {
        var own = new ConfigSource(
                "cell", () -> new ByteArrayInputStream(Configs.toYaml(this).getBytes(StandardCharsets.UTF_8)));
        return Configs.loadSources(CellSettings.class, List.of(own), Map.of("recipe.seed", Long.toString(seed)));
    }

    /** A short name of all settings. */
    String digest() {
        return digest(Configs.toYaml(this));
    }

    /** A short name of what training depends on: cells that differ in the answer only share a training. */
    String trainingDigest() {
        return digest(Configs.toYaml(model) + Configs.toYaml(recipe) + Configs.toYaml(tracks));
    }

    private static String digest(String text) {
        return Sha256.of(text).substring(0, DIGEST_CHARACTERS);
    }
}
