package org.sola.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sola.precompute.OfficialCacheReader;
import org.sola.precompute.TokenCache;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sola cache import}: a token cache of SOLA's published files. */
@Command(
        name = "import",
        description = {
            "Makes a token cache of the published code's: sam2_tracks/{gt,grid,gdino}_tracks with a JSON and a .npy file "
                    + "a track.",
            "Videos that are in the cache already stay. A video that is damaged is named and the rest goes on."
        },
        footer = {
            "",
            "Examples:",
            "  sola cache import sola/data --dataset mevis --split train --data MeViS/train --out cache/train",
            "  sola cache import sola/data --dataset mevis --split valid_u --out cache/valid_u"
        })
final class CacheImportCommand extends SolaCommand {
    @Parameters(paramLabel = "DIR", description = "The folder that holds sam2_tracks.")
    private Path root;

    @Mixin
    private OfficialCacheOptions official;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The split itself, for the names of the frames (default: they are numbered).")
    private Optional<Path> data;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "sam2-hiera-large",
            description = "The network that made the tokens, which the files do not say (default: ${DEFAULT-VALUE}).")
    private String model;

    @Option(names = "--out", required = true, paramLabel = "CACHE", description = "The token cache to write to.")
    private Path out;

    @Override
    int run(Console console) throws IOException {
        if (!Files.isDirectory(root)) {
            throw new IllegalArgumentException(root + " is no folder; expected the one that holds sam2_tracks");
        }
        Map<String, List<String>> names = new HashMap<>();
        if (data.isPresent()) {
            Datasets.open(data.get()).videos().forEach(video -> names.put(video.id(), video.frameNames()));
        }
        var reader = new OfficialCacheReader(official.in(root), model);
        var cache = TokenCache.create(out);
        cache.requireFingerprint(reader.fingerprint());
        Map<String, String> failed;
        var done = new int[1];
        try (var progress = console.counter("import")) {
            failed = reader.importInto(cache, names, video -> progress.at(++done[0], video));
        }
        failed.forEach((video, reason) -> console.result(video + ": " + reason));
        console.result(done[0] + " videos in " + out + ", " + failed.size() + " failed");
        var document = new LinkedHashMap<String, Object>();
        document.put("videos", done[0]);
        document.put("failed", failed);
        console.json(document);
        return failed.isEmpty() ? Failures.DONE : Failures.NOT_ALL_DONE;
    }
}
