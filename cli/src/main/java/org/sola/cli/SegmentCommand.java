package org.sola.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sola.infer.SegmentOutput;
import org.sola.precompute.VideoSource;
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
            paramLabel = "sola|findtrack|hybrid",
            defaultValue = "sola",
            description = "The method: tracks of everything, of which an expression selects some; a key frame whose"
                    + " mask is followed; or both together (default: ${DEFAULT-VALUE}). With findtrack, --recipe is a name in"
                    + " configs/findtrack or a file, and --model the network that follows masks, a SAM 2 or a Cutie.")
    private BackendChoice backend;

    @Option(names = "--overwrite", description = "Make the tracks anew, also with another model or recipe than before.")
    private boolean overwrite;

    @Mixin
    private TrackerOptions tracker;

    @Mixin
    private SelectorOptions selector;

    @Mixin
    private FindTrackOptions findTrack;

    @Mixin
    private EngineOptions engine = EngineOptions.withBfloat16();

    @Override
    int run(Console console) throws Exception {
        long start = System.nanoTime();
        var texts = expressions();
        var source = VideoSource.of(video, byNumber(texts));
        var clean = Video.open(video);
        var opened = tracker.corrupt
                .corruption()
                .<Video>map(each -> new CorruptedVideo(clean, source.id(), each))
                .orElse(clean);
        var method = method(console);
        var folder = out.orElse(Path.of("out", "segment", source.id()));
        if (overwrite) {
            OutputFolder.discard(folder, "segment");
        }
        OutputFolder.claim(
                folder,
                "segment",
                Map.of("video", video.toAbsolutePath().normalize().toString()));
        var request = new SegmentRequest(
                video, source, opened, texts, folder, overwrite, Engines.start(engine), tracker.corrupt.remark());
        var segmented = method.run(request);
        int frames = segmented.frameNames().size();
        List<SegmentOutput.Written> written;
        try (var progress = console.progress("painting", frames)) {
            var shown =
                    segmented.answers().stream().map(Segmented.Answer::shown).toList();
            written = new SegmentOutput(folder)
                    .write(opened, segmented.frameNames(), shown, painted -> progress.at(painted, ""));
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        show(console, segmented.answers(), written);
        console.result(String.format(
                Locale.ROOT,
                "%d frames, %s, %.1f s, %.2f frames a second",
                frames,
                segmented.summary(),
                seconds,
                frames / seconds));
        console.json(document(opened, segmented, written, seconds));
        return Failures.DONE;
    }

    /** A way to answer, with its files checked. */
    @FunctionalInterface
    private interface Method {
        Segmented run(SegmentRequest request) throws Exception;
    }

    private Method method(Console console) throws IOException {
        if (backend == BackendChoice.FINDTRACK) {
            engine.requireFloat32("--backend findtrack");
            var catalogue = ModelCatalogue.open();
            var models =
                    FindTrackModels.of(catalogue, findTrack.settings(catalogue, tracker.recipe(), tracker.model()));
            models.requireHere();
            return request -> new SegmentByKeyFrame(console).run(request, models);
        }
        var judge = backend == BackendChoice.HYBRID
                ? findTrack.judge(selector, Optional.empty())
                : TrackJudge.of(selector.files(), selector.threshold);
        return request -> new SegmentByTracks(console, tracker).run(request, judge);
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

    private static void show(Console console, List<Segmented.Answer> answers, List<SegmentOutput.Written> written) {
        for (int e = 0; e < answers.size(); e++) {
            var answer = answers.get(e);
            int chosen = answer.chosen().size();
            String remark = answer.remark().isEmpty() ? "" : " (" + answer.remark() + ")";
            console.result("\"" + answer.text() + "\": "
                    + (chosen == 0
                            ? "nothing in the video is meant"
                            : chosen + (chosen == 1 ? " track" : " tracks") + ", seen in "
                                    + written.get(e).framesWithMask() + " frames")
                    + remark);
            written.get(e).files().forEach(file -> console.result("  " + file));
        }
    }

    private Map<String, Object> document(
            Video opened, Segmented segmented, List<SegmentOutput.Written> written, double seconds) {
        var document = new LinkedHashMap<String, Object>();
        document.put("video", video.toString());
        document.put("frames", segmented.frameNames().size());
        document.put("width", opened.width());
        document.put("height", opened.height());
        document.put("backend", backend.toString());
        document.put("model", segmented.model());
        var expressions = new ArrayList<Map<String, Object>>();
        var files = new ArrayList<String>();
        for (int e = 0; e < written.size(); e++) {
            var answer = segmented.answers().get(e);
            var scored = new ArrayList<Map<String, Object>>();
            for (var track : answer.tracks()) {
                var one = new LinkedHashMap<String, Object>();
                one.put("id", track.id());
                one.put("score", track.score());
                one.put("chosen", track.isChosen());
                scored.add(one);
            }
            var entry = new LinkedHashMap<String, Object>();
            entry.put("text", answer.text());
            entry.put("tracks", scored);
            entry.putAll(answer.more());
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
