package org.sola.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import org.sola.precompute.CacheGc;
import org.sola.precompute.CacheInfo;
import org.sola.precompute.CacheVerify;
import org.sola.precompute.TokenCache;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sola cache}: what a token cache holds and whether it is sound. */
@Command(
        name = "cache",
        description = "What a token cache holds, whether every byte is sound, clearing up, and SOLA's published files.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            CacheCommand.Info.class,
            CacheCommand.Verify.class,
            CacheCommand.Collect.class,
            CacheImportCommand.class,
            CacheExportCommand.class
        },
        footer = {"", "Examples:", "  sola cache info cache/valid", "  sola cache verify cache/valid"})
final class CacheCommand extends CommandGroup {

    @Command(
            name = "info",
            description = "Videos, tracks, frames, sizes, and what making the cache took.",
            footer = {"", "Examples:", "  sola cache info cache/valid", "  sola cache info cache/valid --json"})
    static final class Info extends SolaCommand {
        @Parameters(paramLabel = "CACHE", description = "The cache's folder.")
        private Path folder;

        @Override
        int run(Console console) throws IOException {
            var info = CacheInfo.of(TokenCache.open(folder)).toJson();
            info.forEach((name, value) -> console.result(String.format(Locale.ROOT, "%-14s %s", name, value)));
            console.json(info);
            return Failures.DONE;
        }
    }

    @Command(
            name = "verify",
            description = "Reads every byte and names every file that is not as it was written.",
            footer = {"", "Examples:", "  sola cache verify cache/valid", "  sola cache verify cache/valid --json"})
    static final class Verify extends SolaCommand {
        @Parameters(paramLabel = "CACHE", description = "The cache's folder.")
        private Path folder;

        @Override
        int run(Console console) throws IOException {
            var report = CacheVerify.of(TokenCache.open(folder));
            report.problems().forEach(console::result);
            console.result(report.sound().size() + " videos sound, "
                    + report.problems().size() + " problems");
            var document = new LinkedHashMap<String, Object>();
            document.put("sound", report.sound());
            document.put("problems", report.problems());
            console.json(document);
            return report.isSound() ? Failures.DONE : Failures.NOT_ALL_DONE;
        }
    }

    @Command(
            name = "gc",
            description =
                    "Deletes what no finished video needs: the leftovers of killed runs. Nothing else is touched.",
            footer = {"", "Examples:", "  sola cache gc cache/valid --dry-run", "  sola cache gc cache/valid"})
    static final class Collect extends SolaCommand {
        @Parameters(paramLabel = "CACHE", description = "The cache's folder; no run may be writing to it.")
        private Path folder;

        @Option(names = "--dry-run", description = "Only name the files.")
        private boolean dryRun;

        @Override
        int run(Console console) throws IOException {
            var report = CacheGc.of(TokenCache.open(folder), dryRun);
            report.files().forEach(file -> console.result(file.toString()));
            console.result(report.files().size() + " files, " + report.bytes() + " bytes"
                    + (dryRun ? " would be deleted" : " deleted"));
            var document = new LinkedHashMap<String, Object>();
            document.put("files", report.files().stream().map(Path::toString).toList());
            document.put("bytes", report.bytes());
            document.put("deleted", !dryRun);
            console.json(document);
            return Failures.DONE;
        }
    }
}
