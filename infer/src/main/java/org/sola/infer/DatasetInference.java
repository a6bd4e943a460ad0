package org.sola.infer;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.sola.dataset.ReferringDataset;
import org.sola.dataset.ReferringVideo;
import org.sola.precompute.ProcessMemory;

/**
 * Answers every expression of a data set. Videos whose expressions have their masks already are left as they are, so a
 * stopped run goes on; one broken video does not cost the others.
 */
public final class DatasetInference {
    private final ReferringDataset dataset;
    private final Backend backend;

    public DatasetInference(ReferringDataset dataset, Backend backend) {
        this.dataset = dataset;
        this.backend = backend;
    }

    /** Told about each video: its id, how many are done, and whether it was there already. */
    @FunctionalInterface
    public interface Listener {
        void done(String videoId, int videos, boolean wasThere);
    }

    /**
     * What was done.
     *
     * @param videos videos whose expressions are all answered
     * @param expressions expressions answered, those that were there included
     * @param failures a line for each video that could not be answered
     */
    public record Outcome(int videos, int expressions, List<String> failures) {
        public Outcome {
            failures = List.copyOf(failures);
        }
    }

    /** Answers all, writing into {@code submission}, with what it cost beside the masks. */
    public Outcome run(Submission submission, Listener listener) throws IOException, InterruptedException {
        var answered = new HashMap<String, MethodCost.Answered>();
        var earlier = MethodCost.in(submission.root());
        earlier.ifPresent(before -> answered.putAll(before.videos()));
        try {
            return run(submission, listener, answered);
        } finally {
            boolean isInterrupted = Thread.interrupted(); // files cannot be written as long as it is set
            if (!answered.isEmpty()) {
                var before = earlier.map(MethodCost::once).orElse(MethodCost.Once.NOTHING);
                var once = backend.once(before, new TreeSet<>(answered.keySet()));
                long peak = ProcessMemory.peakResidentBytes().orElse(0);
                new MethodCost(backend.name(), once, answered, peak).write(submission.root());
            }
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Outcome run(Submission submission, Listener listener, Map<String, MethodCost.Answered> answered)
            throws InterruptedException {
        var failures = new ArrayList<String>();
        dataset.problems().forEach(problem -> failures.add(problem.toString()));
        int videos = 0;
        int expressions = 0;
        int seen = 0;
        for (var video : dataset.videos()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped before video " + video.id());
            }
            seen++;
            try {
                boolean wasThere = isDone(video, submission);
                if (!wasThere) {
                    long start = System.nanoTime();
                    double once = answer(video, submission);
                    double seconds = (System.nanoTime() - start) / 1e9 - once;
                    answered.put(
                            video.id(),
                            new MethodCost.Answered(video.expressions().size(), seconds, 0));
                }
                videos++;
                expressions += video.expressions().size();
                listener.done(video.id(), seen, wasThere);
            } catch (java.nio.channels.ClosedByInterruptException e) {
                throw new InterruptedException("stopped in video " + video.id());
            } catch (IOException | RuntimeException e) {
                failures.add("video " + video.id() + ": " + e.getMessage());
            }
        }
        return new Outcome(videos, expressions, failures);
    }

    private boolean isDone(ReferringVideo video, Submission submission) {
        return Files.isRegularFile(backend.recordIn(submission.root(), video.id()))
                && video.expressions().stream().allMatch(each -> submission.has(video.id(), each.id()));
    }

    /** Returns the part of the time that was paid once for the video. */
    private double answer(ReferringVideo video, Submission submission) throws IOException, InterruptedException {
        var answers = backend.answer(video);
        for (int e = 0; e < video.expressions().size(); e++) {
            submission.write(
                    video.id(),
                    video.expressions().get(e).id(),
                    video.frameNames(),
                    answers.masks().get(e));
        }
        answers.record().write(backend.recordIn(submission.root(), video.id()));
        return answers.onceSeconds();
    }
}
