package org.sola.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sola.infer.Selection;
import org.sola.infer.TrackSelection;
import org.sola.precompute.Shard;
import org.sola.precompute.TokenCache;
import org.sola.precompute.VideoSource;
import org.sola.precompute.VideoTracks;

/** {@code --backend sola} and {@code hybrid}: tracks of everything first, then those that fit an expression. The tracks are kept. */
final class SegmentByTracks {
    private final Console console;
    private final TrackerOptions tracker;

    SegmentByTracks(Console console, TrackerOptions tracker) {
        this.console = console;
        this.tracker = tracker;
    }

    Segmented run(SegmentRequest request, TrackJudge judge) throws IOException, InterruptedException {
        var cache = request.folder().resolve(".sola/tracks");
        VideoTracks tracks;
        String model;
        try (var network = tracker.open(request.engine(), false, cache)) {
            judge.requireTokensOf(network.tracker().fingerprint());
            network.remarks().forEach(console::warn);
            model = network.name() + " + " + judge.name();
            console.say(request.announcement(model));
            tracks = tracks(network, request.source(), cache, request.overwrite());
        }
        var answers = new ArrayList<Segmented.Answer>();
        var selections = selections(request, judge, tracks);
        for (int e = 0; e < selections.size(); e++) {
            answers.add(new Segmented.Answer(request.texts().get(e), scored(tracks, selections.get(e)), Map.of(), ""));
        }
        return new Segmented(
                model, tracks.frameNames(), answers, tracks.tracks().size() + " tracks");
    }

    private VideoTracks tracks(TrackerOptions.Opened network, VideoSource source, Path cache, boolean overwrite)
            throws IOException, InterruptedException {
        var result = PrecomputeCommand.precompute(console, network, List.of(source), cache, Shard.ALL, overwrite);
        if (!result.failed().isEmpty()) {
            throw new IllegalArgumentException(result.failed().get(0).reason());
        }
        if (!result.done().isEmpty()) {
            console.say(String.format(
                    Locale.ROOT,
                    "tracked at %.2f frames a second, peak memory %.0f MB",
                    result.framesPerSecond(),
                    result.peakResidentBytes() / 1e6));
        }
        return TrackSelection.tracksForInference(TokenCache.open(cache).read(source.id()));
    }

    private List<Selection> selections(SegmentRequest request, TrackJudge judge, VideoTracks tracks)
            throws IOException, InterruptedException {
        try (var scorer = judge.open(request.engine().device(), request.folder().resolve(".sola"))) {
            SelectorFiles.warnOfLong(console, scorer, request.texts());
            return TrackSelection.select(scorer, tracks, request.source(), judge.threshold());
        }
    }

    private static List<Segmented.Scored> scored(VideoTracks tracks, Selection selection) {
        var scored = new ArrayList<Segmented.Scored>();
        for (int row = 0; row < tracks.tracks().size(); row++) {
            var track = tracks.tracks().get(row);
            scored.add(new Segmented.Scored(
                    track.id(),
                    row,
                    selection.probabilities()[row],
                    selection.chosen().contains(row),
                    track.masks()));
        }
        return scored;
    }
}
