package org.sola.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sola.precompute.Precompute;
import org.sola.precompute.PrecomputeResult;
import org.sola.precompute.Shard;
import org.sola.precompute.TokenCache;
import org.sola.precompute.VideoSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sola precompute}: tracks and tokens of every video. */
@Command(
        name = "precompute",
        description = {
            "Makes the tracks of every object in every video and their object tokens, once for all expressions.",
            "Stopped or killed, the same command goes on; a video that cannot be done is named and costs no other."
        },
        footer = {
            "",
            "Examples:",
            "  sola precompute --data demo/train --out cache/train --truth",
            "  sola precompute --data demo/valid --out cache/valid --shard 0/4"
        })
final class PrecomputeCommand extends SolaCommand {
    @Option(names = "--data", required = true, paramLabel = "DIR", description = "A split in the MeViS layout.")
    private Path data;

    @Option(names = "--out", required = true, paramLabel = "CACHE", description = "The token cache to fill.")
    private Path out;

    @Option(
            names = "--truth",
            description = "Also track the annotated objects from their masks: for training, never used to answer.")
    private boolean truth;

    @Option(
            names = "--shard",
            paramLabel = "I/N",
            defaultValue = "0/1",
            description = "Only every N-th video from I on, so that N processes share the work (default: all).")
    private String shard;

    @Option(names = "--overwrite", description = "Make every video anew.")
    private boolean overwrite;

    @Mixin
    private TrackerOptions options;

    @Mixin
    private EngineOptions engine = EngineOptions.withBfloat16();

    @Override
    int run(Console console) throws IOException, InterruptedException {
        var part = Shard.parse(shard);
        var dataset = Datasets.open(data);
        if (truth && !dataset.hasMasks()) {
            throw new IllegalArgumentException("--truth needs the masks of " + data + ", which has no mask_dict.json");
        }
        var started = Engines.start(engine);
        try (var opened = options.open(started, truth, out)) {
            console.say("tracking " + part.of(dataset.videos()).size() + " videos of " + data + " with " + opened.name()
                    + " (" + opened.recipeName() + ") on " + started.device() + ", " + started.threads() + " threads"
                    + started.remark()
                    + options.corrupt.remark());
            opened.remarks().forEach(console::warn);
            dataset.problems().forEach(problem -> console.warn(problem.toString()));
            var result = precompute(console, opened, VideoSource.all(dataset), out, part, overwrite);
            console.result(summary(result, out));
            console.json(document(result));
            boolean isAllDone = result.failed().isEmpty() && dataset.problems().isEmpty();
            return isAllDone ? Failures.DONE : Failures.NOT_ALL_DONE;
        }
    }

    /** Fills {@code out} from any videos; a stop asked for by the user is an interruption. */
    static PrecomputeResult precompute(
            Console console,
            TrackerOptions.Opened opened,
            List<VideoSource> videos,
            Path out,
            Shard shard,
            boolean overwrite)
            throws IOException, InterruptedException {
        var cache = TokenCache.create(out);
        var job = overwrite
                ? Precompute.overwriting(cache, opened.tracker())
                : Precompute.resuming(cache, opened.tracker());
        for (var video : shard.of(videos)) {
            opened.tracker().remarks(video).forEach(console::warn);
        }
        PrecomputeResult result;
        try (var progress = console.progress("precompute", shard.of(videos).size())) {
            result = job.run(videos, shard, new PrecomputeProgress(console, progress));
        }
        if (result.isStopped()) {
            throw new InterruptedException("stopped");
        }
        return result;
    }

    private static String summary(PrecomputeResult result, Path out) {
        return String.format(
                Locale.ROOT,
                "%d videos made, %d were there, %d failed: %s%n%d frames in %.1f s, %.2f frames a second, peak memory %.0f MB",
                result.done().size(),
                result.skipped().size(),
                result.failed().size(),
                out,
                result.frames(),
                result.seconds(),
                result.framesPerSecond(),
                result.peakResidentBytes() / 1e6);
    }

    private Map<String, Object> document(PrecomputeResult result) {
        var document = new LinkedHashMap<String, Object>();
        document.put("cache", out.toString());
        document.put("videos", result.done().size());
        document.put("skipped", result.skipped().size());
        document.put("failed", result.failed());
        document.put("frames", result.frames());
        document.put("seconds", result.seconds());
        document.put("frames_per_second", result.framesPerSecond());
        document.put("peak_rss", result.peakResidentBytes());
        return document;
    }
}
