package org.sola.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sola.dataset.Layout;
import org.sola.infer.ExpressionScores;
import org.sola.infer.Submission;
import org.sola.submission.DavisResults;
import org.sola.submission.SubmissionArchive;
import org.sola.submission.SubmissionCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sola submit}: predictions as a benchmark's server takes them. */
@Command(
        name = "submit",
        description = {
            "Checks predictions, then writes them as the benchmark wants them: a zip for the servers of MeViS and",
            "Ref-YouTube-VOS, folders of label images for each annotator of Ref-DAVIS17."
        },
        footer = {
            "",
            "Examples:",
            "  sola submit --data ~/data/mevis/valid --pred predictions --out mevis.zip",
            "  sola submit --data ~/data/ref-davis/valid --pred predictions --out davis-results"
        })
final class SubmitCommand extends SolaCommand {
    @Option(names = "--data", required = true, paramLabel = "DIR", description = "The split that was answered.")
    private Path data;

    @Option(names = "--pred", required = true, paramLabel = "DIR", description = "Masks as VIDEO/EXPRESSION/FRAME.png.")
    private Path predictions;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "The zip, or for Ref-DAVIS17 the folder; it must not be there yet.")
    private Path out;

    @Override
    int run(Console console) throws IOException {
        if (Files.exists(out)) {
            throw new IllegalArgumentException(out + " is there already; give another --out");
        }
        if (!Files.isDirectory(predictions)) {
            throw new IllegalArgumentException("--pred " + predictions + " is no folder; 'sola infer' makes one");
        }
        var dataset = Datasets.open(data).withFrames();
        dataset.problems().forEach(problem -> console.warn(problem.toString()));
        var check = SubmissionCheck.ofPredictions(dataset, predictions);
        check.problems().forEach(console::warn);
        if (!check.isSound() || !dataset.problems().isEmpty()) {
            console.warn("nothing was written: the server would refuse it");
            console.json(document(0, check));
            return Failures.NOT_ALL_DONE;
        }
        var submission = Submission.at(predictions);
        long written = dataset.layout() == Layout.REF_DAVIS
                ? DavisResults.write(dataset, submission, ExpressionScores.in(predictions), out)
                : SubmissionArchive.write(dataset, submission, out);
        console.result(written + " images for " + dataset.layout().title() + ": " + out);
        console.json(document(written, check));
        return Failures.DONE;
    }

    private Map<String, Object> document(long written, SubmissionCheck check) {
        var document = new LinkedHashMap<String, Object>();
        document.put("out", out.toString());
        document.put("images", written);
        document.put("problems", check.problems());
        return document;
    }
}
