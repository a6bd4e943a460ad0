package org.sola.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.sola.submission.SubmissionCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sola validate-submission}: whether a server would take an archive. */
@Command(
        name = "validate-submission",
        description = {
            "Checks an archive, or a folder laid out like it, against what the benchmark's server takes: every file",
            "there and none more, 8-bit grey of 0 and 255, the frames' own size. Exit status 1 when something is wrong."
        },
        footer = {
            "",
            "Examples:",
            "  sola validate-submission --data ~/data/mevis/valid mevis.zip",
            "  sola validate-submission --data ~/data/ref-youtube-vos/valid ytvos.zip --json"
        })
final class ValidateSubmissionCommand extends SolaCommand {
    @Option(names = "--data", required = true, paramLabel = "DIR", description = "The split that was answered.")
    private Path data;

    @Parameters(paramLabel = "FILE", description = "The zip, or a folder.")
    private Path file;

    @Override
    int run(Console console) throws IOException {
        if (!Files.exists(file)) {
            throw new IllegalArgumentException(file + " does not exist");
        }
        var check = SubmissionCheck.of(Datasets.open(data), file);
        check.problems().forEach(console::result);
        console.result(
                check.isSound() ? file + ": all " + check.files() + " images are as wanted" : file + ": not as wanted");
        console.json(Map.of("file", file.toString(), "images", check.files(), "problems", check.problems()));
        return check.isSound() ? Failures.DONE : Failures.NOT_ALL_DONE;
    }
}
