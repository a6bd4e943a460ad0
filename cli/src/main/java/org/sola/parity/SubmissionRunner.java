package org.sola.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipFile;
import org.sola.dataset.ReferringDataset;
import org.sola.evaluate.Predictions;
import org.sola.image.ImageFiles;
import org.sola.mask.Rle;
import org.sola.mask.RleJson;
import org.sola.submission.DavisResults;
import org.sola.submission.SubmissionArchive;
import org.sola.submission.SubmissionCheck;

/** Predictions become the archives and folders that the benchmarks want; the stored archives pass the check. */
final class SubmissionRunner implements ParityRunner {
    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.json().has("rules")
                && Files.isRegularFile(parityCase.folder().resolve("predictions.json"));
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        var predictions = new ObjectMapper()
                .readTree(parityCase.folder().resolve("predictions.json").toFile());
        var scratch = Files.createTempDirectory("sola-submission");
        try {
            for (String set : List.of("mevis", "ref-youtube-vos")) {
                var dataset = ReferringDataset.open(
                        parityCase.folder().resolveSibling(set).resolve("valid"));
                var zip = scratch.resolve(set + ".zip");
                SubmissionArchive.write(dataset, stored(predictions.path(set)), zip);
                masks(checks, set, zip, parityCase.json().path(set), scratch);
                checks.fact(
                        set + ": passes the check",
                        SubmissionCheck.of(dataset, zip).isSound());
                var theirs = parityCase.folder().resolve(set + ".zip");
                checks.fact(
                        set + ": the stored archive passes the check",
                        SubmissionCheck.of(dataset, theirs).isSound());
                same(checks, set, zip, theirs, scratch);
            }
            davis(parityCase, checks, predictions.path("ref-davis"), scratch.resolve("davis"));
        } finally {
            try (var below = Files.walk(scratch)) {
                for (var path : below.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static Predictions stored(JsonNode videos) {
        return (video, expression, height, width) -> {
            var node = videos.path(video.id()).path(expression.id());
            var masks = new ArrayList<Rle>();
            (node.isArray() ? node : node.path("masks")).forEach(mask -> masks.add(RleJson.read(mask)));
            return masks.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(masks));
        };
    }

    private static Rle read(ZipFile zip, String name, Path scratch) throws IOException {
        var file = scratch.resolve("mask.png");
        try (var in = zip.getInputStream(zip.getEntry(name))) {
            Files.write(file, in.readAllBytes());
        }
        return Rle.encode(ImageFiles.readMaskPng(file));
    }

    private static void masks(Checks checks, String set, Path archive, JsonNode want, Path scratch) throws IOException {
        try (var zip = new ZipFile(archive.toFile())) {
            checks.fact(set + ": number of files", zip.size() == want.size());
            for (var file : want.properties()) {
                boolean isThere = zip.getEntry(file.getKey()) != null;
                checks.fact(file.getKey() + " is there", isThere);
                if (isThere) {
                    var mask = read(zip, file.getKey(), scratch);
                    checks.fact(
                            file.getKey(),
                            mask.width() == file.getValue().get(0).asInt()
                                    && mask.height() == file.getValue().get(1).asInt()
                                    && mask.areaPixels()
                                            == file.getValue().get(2).asLong());
                }
            }
        }
    }

    private static void same(Checks checks, String set, Path ours, Path theirs, Path scratch) throws IOException {
        try (var a = new ZipFile(ours.toFile());
                var b = new ZipFile(theirs.toFile())) {
            boolean same = a.size() == b.size();
            for (var entry : java.util.Collections.list(a.entries())) {
                same = same
                        && b.getEntry(entry.getName()) != null
                        && read(a, entry.getName(), scratch).equals(read(b, entry.getName(), scratch));
            }
            checks.fact(set + ": every mask is that of the stored archive", same);
        }
    }

    private static void davis(ParityCase parityCase, Checks checks, JsonNode predictions, Path out) throws IOException {
        var dataset = ReferringDataset.open(
                parityCase.folder().resolveSibling("ref-davis").resolve("valid"));
        long written = DavisResults.write(
                dataset,
                stored(predictions),
                (video, expression) -> predictions
                        .path(video.id())
                        .path(expression.id())
                        .path("score")
                        .asDouble(),
                out);
        var want = parityCase.json().path("ref-davis");
        checks.fact("ref-davis: number of files", written == want.size());
        for (var file : want.properties()) {
            var labels = ImageFiles.readLabelsPng(out.resolve(file.getKey()));
            boolean same = labels.width() == file.getValue().path("width").asInt()
                    && labels.height() == file.getValue().path("height").asInt();
            for (var object : file.getValue().path("pixels").properties()) {
                same &= labels.mask(Integer.parseInt(object.getKey())).areaPixels()
                        == object.getValue().asLong();
            }
            checks.fact(file.getKey(), same);
        }
        checks.fact(
                "ref-davis: passes the check", SubmissionCheck.of(dataset, out).isSound());
    }
}
