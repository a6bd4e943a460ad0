package org.sola.ablate;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sola.dataset.ReferringDataset;
import org.sola.precompute.TokenCache;
import org.sola.train.selector.CachedTrainingVideos;
import org.sola.train.selector.SelectorTraining;
import org.sola.train.selector.TrackOverlap;

/**
 * What every cell is trained on and scored by. Videos with their pseudo labels are kept, so cells that see the same
 * tracks label them once.
 */
public final class AblationData {
    private final ReferringDataset training;
    private final TokenCache trainingCache;
    private final ReferringDataset validation;
    private final TokenCache validationCache;
    private final Map<List<Object>, SelectorTraining.Splits> seen = new HashMap<>();

    /** Two splits with truth, and their token caches. */
    public AblationData(
            ReferringDataset training,
            TokenCache trainingCache,
            ReferringDataset validation,
            TokenCache validationCache) {
        this.training = training;
        this.trainingCache = trainingCache;
        this.validation = validation;
        this.validationCache = validationCache;
    }

    ReferringDataset validation() {
        return validation;
    }

    TokenCache validationCache() {
        return validationCache;
    }

    /** The videos with the tracks that a cell sees. */
    SelectorTraining.Splits splits(CellSettings.Tracks tracks, TrackOverlap.Size labelSize) throws IOException {
        var key = List.<Object>of(tracks, labelSize);
        var splits = seen.get(key);
        if (splits == null) {
            splits = new SelectorTraining.Splits(
                    CachedTrainingVideos.viewed(
                            training, trainingCache, training.videos(), labelSize, tracks::forTraining),
                    CachedTrainingVideos.viewed(
                            validation, validationCache, validation.videos(), labelSize, tracks::forAnswers));
            if (splits.training().size() == 0 || splits.validation().size() == 0) {
                throw new IllegalArgumentException("no video has a track of "
                        + (splits.training().size() == 0 ? tracks.training() : tracks.answering())
                        + " in the cache " + (splits.training().size() == 0 ? trainingCache : validationCache).folder()
                        + "; run 'sola precompute' with prompts of that kind");
            }
            seen.put(key, splits);
        }
        return splits;
    }
}
