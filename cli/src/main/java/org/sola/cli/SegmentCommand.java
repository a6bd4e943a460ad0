package org.sola.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sola.infer.DatasetInference;
import org.sola.infer.SegmentOutput;
import org.sola.infer.Selection;
import org.sola.precompute.Shard;
import org.sola.precompute.TokenCache;
import org.sola.precompute.VideoSource;
import org.sola.precompute.VideoTracks;
import org.sola.video.CorruptedVideo;
import org.sola.video.Video;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sola segment}: one video, any expressions. */
@Command(
        name = "segment",
        description = {
            "Finds what each expression means in a video: a mask a frame, a video with the objects painted over it,",
            "a contact sheet, and the score of every track. The tracks are kept, so further expressions cost little."
        },
        footer = {
            "",
            "Examples:",
            "  sola segment dog.mp4 \"the dog that runs after the ball\"",
            "  sola segment frames/ \"the red cup\" -e \"the cups being shuffled\" --out results --json"
        })
final class SegmentCommand extends SolaCommand {
    private static final String BACKEND = "sola";

    @Parameters(index = "0", paramLabel = "VIDEO", description = "A video file or a folder of JPEG or PNG frames.")
    private Path video;

    @Parameters(index = "1", paramLabel = "EXPRESSION", description = "The sentence, as \"the dog that turns back\".")
    private String expression;

    @Option(
            names = {"-e", "--expression"},
            paramLabel = "EXPRESSION",
            description = "A further sentence; may be given again.")
    private List<String> more = List.of();

    @Option(names = "--out", paramLabel = "DIR", description = "Where the results go (default: out/segment/VIDEO).")
    private Optional<Path> out;

    @Option(
            names = "--backend",
            paramLabel = "sola",
            defaultValue = BACKEND,
            description = "The method (default: ${DEFAULT-VALUE}).")
    private String backend;

    @Option(names = "--overwrite", description = "Make the tracks anew, also with another model or recipe than before.")
    private boolean overwrite;

    @Mixin
    private TrackerOptions tracker;

    @Mixin
    private SelectorOptions selector;

    @Mixin
    private EngineOptions engine;

    @Override
    int run(Console console) throws Exception {
        long start = System.nanoTime();
        if (!backend.equals(BACKEND)) {
            throw new IllegalArgumentException("--backend " + backend + " is not known; there is: " + BACKEND);
        }
        var texts = expressions();
        var source = VideoSource.of(video, byNumber(texts));
        var clean = Video.open(video);
        var opened = tracker.corrupt
                .corruption()
                .<Video>map(each -> new CorruptedVideo(clean, source.id(), each))
                .orElse(clean);
        var files = selector.files();
        var folder = out.orElse(Path.of("out", "segment", source.id()));
        if (overwrite) {
            OutputFolder.discard(folder, "segment");
        }
        OutputFolder.claim(
                folder,
                "segment",
                Map.of("video", video.toAbsolutePath().normalize().toString()));
        var started = Engines.start(engine);
        var cache = folder.resolve(".sola/tracks");
        VideoTracks tracks;
        String model;
        try (var network = tracker.open(started.device(), false, cache)) {
            files.requireTokensOf(network.tracker().fingerprint());
            network.remarks().forEach(console::warn);
            model = network.name() + " + " + files.name();
            console.say("segmenting " + video + " (" + opened.width() + "x" + opened.height() + "), " + texts.size()
                    + " expressions, with " + model + " on " + started.device() + ", " + started.threads()
                    + " threads" + tracker.corrupt.remark());
            tracks = tracks(console, network, source, cache);
        }
        var answers = answers(console, files, started, tracks, texts);
        List<SegmentOutput.Written> written;
        try (var progress = console.progress("painting", tracks.frames())) {
            written = new SegmentOutput(folder).write(opened, tracks, answers, frames -> progress.at(frames, ""));
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        show(console, answers, written);
        console.result(String.format(
                Locale.ROOT,
                "%d frames, %d tracks, %.1f s, %.2f frames a second",
                tracks.frames(),
                tracks.tracks().size(),
                seconds,
                tracks.frames() / seconds));
        console.json(document(tracks, model, answers, written, seconds));
        return Failures.DONE;
    }

    private List<String> expressions() {
        var texts = new ArrayList<String>();
        texts.add(expression);
        texts.addAll(more);
        for (String text : texts) {
            if (text.isBlank()) {
                throw new IllegalArgumentException("an expression is empty; say what to find, as \"the red cup\"");
            }
        }
        return texts;
    }

    /** The expressions under the ids that boxes are found for. */
    private static Map<String, String> byNumber(List<String> texts) {
        var numbered = new LinkedHashMap<String, String>();
        texts.forEach(text -> numbered.put(Integer.toString(numbered.size()), text));
        return numbered;
    }

    private VideoTracks tracks(Console console, TrackerOptions.Opened network, VideoSource source, Path cache)
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
        return DatasetInference.tracksForInference(TokenCache.open(cache).read(source.id()));
    }

    private List<SegmentOutput.Answer> answers(
            Console console, SelectorFiles files, Engines.Started started, VideoTracks tracks, List<String> texts)
            throws IOException {
        List<Selection> selections;
        try (var scorer = files.open(started.device())) {
            SelectorFiles.warnOfLong(console, scorer, texts);
            selections = DatasetInference.select(scorer, tracks, byNumber(texts), selector.threshold);
        }
        var answers = new ArrayList<SegmentOutput.Answer>();
        for (int e = 0; e < texts.size(); e++) {
            answers.add(new SegmentOutput.Answer(texts.get(e), selections.get(e)));
        }
        return answers;
    }

    private static void show(Console console, List<SegmentOutput.Answer> answers, List<SegmentOutput.Written> written) {
        for (int e = 0; e < answers.size(); e++) {
            var answer = answers.get(e);
            int chosen = answer.selection().chosen().size();
            console.result("\"" + answer.text() + "\": "
                    + (chosen == 0
                            ? "nothing in the video is meant"
                            : chosen + (chosen == 1 ? " track" : " tracks") + ", seen in "
                                    + written.get(e).framesWithMask() + " frames"));
            written.get(e).files().forEach(file -> console.result("  " + file));
        }
    }

    private Map<String, Object> document(
            VideoTracks tracks,
            String model,
            List<SegmentOutput.Answer> answers,
            List<SegmentOutput.Written> written,
            double seconds) {
        var document = new LinkedHashMap<String, Object>();
        document.put("video", video.toString());
        document.put("frames", tracks.frames());
        document.put("width", tracks.width());
        document.put("height", tracks.height());
        document.put("backend", backend);
        document.put("model", model);
        var expressions = new ArrayList<Map<String, Object>>();
        var files = new ArrayList<String>();
        for (int e = 0; e < answers.size(); e++) {
            var selection = answers.get(e).selection();
            var scored = new ArrayList<Map<String, Object>>();
            for (int row = 0; row < tracks.tracks().size(); row++) {
                var one = new LinkedHashMap<String, Object>();
                one.put("id", tracks.tracks().get(row).id());
                one.put("score", selection.probabilities()[row]);
                one.put("chosen", selection.chosen().contains(row));
                scored.add(one);
            }
            var entry = new LinkedHashMap<String, Object>();
            entry.put("text", answers.get(e).text());
            entry.put("tracks", scored);
            entry.put("frames_with_mask", written.get(e).framesWithMask());
            expressions.add(entry);
            written.get(e).files().forEach(file -> files.add(file.toString()));
        }
        document.put("expressions", expressions);
        document.put("seconds", seconds);
        document.put("files", files);
        return document;
    }
}
