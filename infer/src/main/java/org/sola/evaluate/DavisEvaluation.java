package org.sola.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sola.dataset.ReferringDataset;
import org.sola.dataset.ReferringVideo;
import org.sola.mask.LabelMap;
import org.sola.metric.DavisProtocol;
import org.sola.submission.DavisResults;

/**
 * Ref-DAVIS17 as published results are scored: the DAVIS unsupervised protocol once for each annotator, then the mean
 * over the four. Matching proposals to objects hides wrong identities, so the direct score stands beside it.
 *
 * @param unsupervised one score an annotator
 * @param direct one score an annotator, proposal k against object k
 */
public record DavisEvaluation(List<DavisProtocol.Score> unsupervised, List<DavisProtocol.Score> direct) {
    public DavisEvaluation {
        unsupervised = List.copyOf(unsupervised);
        direct = List.copyOf(direct);
    }

    /** Scores every video that has its frames and masks. */
    public static DavisEvaluation of(ReferringDataset dataset, Predictions predictions, DavisResults.Scores scores)
            throws IOException {
        var unsupervised = new ArrayList<DavisProtocol.Score>();
        var direct = new ArrayList<DavisProtocol.Score>();
        for (int annotator = 0; annotator < DavisResults.ANNOTATORS; annotator++) {
            var matched = new ArrayList<DavisProtocol.ObjectScore>();
            var named = new ArrayList<DavisProtocol.ObjectScore>();
            for (var video : dataset.videos()) { // one at a time: label maps of a whole split would fill the memory
                var sequence = List.of(new DavisProtocol.Sequence(
                        video.id(), truth(dataset, video), DavisResults.labels(video, annotator, predictions, scores)));
                matched.addAll(DavisProtocol.UNSUPERVISED.score(sequence).objects());
                named.addAll(DavisProtocol.DIRECT.score(sequence).objects());
            }
            unsupervised.add(new DavisProtocol.Score(matched));
            direct.add(new DavisProtocol.Score(named));
        }
        return new DavisEvaluation(unsupervised, direct);
    }

    private static List<LabelMap> truth(ReferringDataset dataset, ReferringVideo video) throws IOException {
        var size = FrameSize.of(video);
        var labels = new ArrayList<byte[]>();
        for (int t = 0; t < video.frameNames().size(); t++) {
            labels.add(new byte[size.height() * size.width()]);
        }
        for (String id : dataset.knownAnnotations(video)) {
            var masks = dataset.annotation(video, id, size.height(), size.width());
            for (int t = 0; t < labels.size(); t++) {
                fill(labels.get(t), masks.get(t).decode().toBytes(), Integer.parseInt(id));
            }
        }
        var ignored = dataset.ignored(video, size.height(), size.width());
        for (int t = 0; t < labels.size(); t++) {
            fill(labels.get(t), ignored.get(t).decode().toBytes(), LabelMap.VOID);
        }
        return labels.stream()
                .map(each -> LabelMap.of(size.height(), size.width(), each))
                .toList();
    }

    private static void fill(byte[] labels, byte[] mask, int label) {
        for (int i = 0; i < labels.length; i++) {
            labels[i] = mask[i] != 0 ? (byte) label : labels[i];
        }
    }

    /** What {@code sola eval --json} prints of it, in percent. */
    Map<String, Object> document() {
        var document = new LinkedHashMap<String, Object>();
        document.put("unsupervised", document(unsupervised));
        document.put("direct", document(direct));
        return document;
    }

    private static Map<String, Object> document(List<DavisProtocol.Score> scores) {
        var document = new LinkedHashMap<String, Object>(mean(scores).percentages());
        document.put(
                "J_recall",
                percent(scores.stream()
                        .mapToDouble(s -> s.region().recall())
                        .average()
                        .orElse(0)));
        document.put(
                "J_decay",
                percent(scores.stream()
                        .mapToDouble(s -> s.region().decay())
                        .average()
                        .orElse(0)));
        document.put(
                "F_recall",
                percent(scores.stream()
                        .mapToDouble(s -> s.boundary().recall())
                        .average()
                        .orElse(0)));
        document.put(
                "F_decay",
                percent(scores.stream()
                        .mapToDouble(s -> s.boundary().decay())
                        .average()
                        .orElse(0)));
        document.put(
                "annotators",
                scores.stream()
                        .map(score -> new Quality(
                                        score.region().mean(), score.boundary().mean())
                                .percentages())
                        .toList());
        return document;
    }

    private static Object percent(double share) {
        return Quality.percent(share);
    }

    /** The mean over annotators. */
    public static Quality mean(List<DavisProtocol.Score> scores) {
        return Quality.mean(scores.stream()
                .map(score ->
                        new Quality(score.region().mean(), score.boundary().mean()))
                .toList());
    }
}
