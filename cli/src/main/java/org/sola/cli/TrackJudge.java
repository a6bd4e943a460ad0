package org.sola.cli;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sola.file.Sha256;
import org.sola.findtrack.HybridSettings;
import org.sola.findtrack.MixedScorer;
import org.sola.infer.TrackScorer;
import org.sola.precompute.Fingerprint;

/**
 * Who chooses among tracks: a selector alone, or beside FindTrack's networks.
 *
 * @param selector where it has a say
 * @param findTrack FindTrack's networks with their part, where they have a say
 * @param threshold tracks with a score above it are taken
 */
record TrackJudge(Optional<SelectorFiles> selector, Optional<Hybrid> findTrack, float threshold) {
    /**
     * FindTrack's part.
     *
     * @param settings the weights
     * @param models the networks
     */
    record Hybrid(HybridSettings settings, FindTrackModels models) {}

    static TrackJudge of(SelectorFiles selector, float threshold) {
        return new TrackJudge(Optional.of(selector), Optional.empty(), threshold);
    }

    static TrackJudge of(HybridSettings settings, FindTrackModels models, SelectorOptions selector) throws IOException {
        var files = settings.selectorWeight() > 0 ? Optional.of(selector.files()) : Optional.<SelectorFiles>empty();
        return new TrackJudge(files, Optional.of(new Hybrid(settings, models)), (float) settings.threshold());
    }

    /** The networks' names. */
    String name() {
        var names = new ArrayList<String>();
        selector.ifPresent(files -> names.add(files.name()));
        findTrack.ifPresent(hybrid -> names.addAll(hybrid.models().names()));
        return String.join(" + ", names);
    }

    /** Refuses object tokens that the selector was not trained on. */
    void requireTokensOf(Fingerprint tracks) throws IOException {
        if (selector.isPresent()) {
            selector.get().requireTokensOf(tracks);
        }
    }

    /** What must not be mixed in one folder of predictions. */
    Map<String, String> provenance() throws IOException {
        var facts = new LinkedHashMap<String, String>();
        if (selector.isPresent()) {
            facts.put("selector", selector.get().name());
            facts.put("selector weights", Sha256.of(selector.get().checkpoint()));
        }
        if (findTrack.isPresent()) {
            facts.put("hybrid", Sha256.of(findTrack.get().settings().toString()));
            facts.putAll(findTrack.get().models().provenance());
        }
        facts.put("threshold", Float.toString(threshold));
        return facts;
    }

    /**
     * Loads the networks.
     *
     * @param spill where frame features go that memory does not hold
     */
    TrackScorer open(Device device, Path spill) throws IOException {
        if (findTrack.isEmpty()) {
            return selector.orElseThrow().open(device);
        }
        var parts = new ArrayList<MixedScorer.Part>();
        var closing = new ArrayList<Runnable>();
        try {
            var hybrid = findTrack.get();
            if (selector.isPresent()) {
                var scorer = selector.get().open(device);
                closing.add(scorer::close);
                parts.add(new MixedScorer.Part(scorer, hybrid.settings().selectorWeight()));
            }
            parts.addAll(hybrid.models().scorers(hybrid.settings(), device, spill, closing));
            return MixedScorer.of(List.copyOf(parts), closing);
        } catch (IOException | RuntimeException e) {
            closing.forEach(Runnable::run);
            throw e;
        }
    }
}
