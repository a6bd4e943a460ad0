package org.sola.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sola.findtrack.Candidate;
import org.sola.findtrack.FindTrack;
import org.sola.findtrack.FindTrackListener.Stage;
import org.sola.findtrack.KeyFrameRule;

/** {@code --backend findtrack}: a key frame for each expression, and its mask followed both ways. Nothing is kept. */
final class SegmentByKeyFrame {
    private final Console console;

    SegmentByKeyFrame(Console console) {
        this.console = console;
    }

    Segmented run(SegmentRequest request, FindTrackModels models) throws Exception {
        var spill = request.folder().resolve(".sola");
        try (var opened = models.open(request.engine().device(), spill)) {
            var findTrack = opened.findTrack();
            console.say(request.announcement(opened.name()));
            for (String text : request.texts()) {
                if (!findTrack.readsWhole(text)) {
                    console.warn("the expression \"" + text.substring(0, Math.min(40, text.length()))
                            + "...\" is longer than the aligner reads: its end is left out");
                }
            }
            FindTrack.Result result;
            try (var find = console.counter("looking for key frames");
                    var follow = console.counter("following masks")) {
                result = findTrack.answer(
                        request.video(), request.texts(), (stage, done, of) -> (stage == Stage.FIND ? find : follow)
                                .at(done, "of " + of));
            }
            int frames = result.answers().get(0).masks().size();
            var answers = new ArrayList<Segmented.Answer>();
            for (var answer : result.answers()) {
                answers.add(answer(answer, findTrack.rule()));
            }
            String summary = String.format(
                    Locale.ROOT,
                    "%d frames encoded, %.1f s of it whatever the number of expressions",
                    result.cost().encoderCalls(),
                    result.cost().onceSeconds());
            return new Segmented(opened.name(), request.source().frameNames(frames), answers, summary);
        }
    }

    private static Segmented.Answer answer(FindTrack.Answer answer, KeyFrameRule rule) {
        var more = new LinkedHashMap<String, Object>();
        more.put(
                "key_frame",
                answer.chosen().map(candidate -> (Object) candidate.frame()).orElse(null));
        more.put(
                "candidates",
                answer.candidates().stream()
                        .map(candidate -> considered(candidate, rule))
                        .toList());
        float score = answer.chosen().map(candidate -> score(candidate, rule)).orElse(0f);
        var track = new Segmented.Scored(0, 0, score, !answer.isNothing(), answer.masks());
        return new Segmented.Answer(answer.expression(), List.of(track), more, remark(answer, score));
    }

    private static String remark(FindTrack.Answer answer, float score) {
        if (answer.chosen().isEmpty()) {
            return "none of the " + answer.candidates().size() + " candidate frames shows anything of it";
        }
        int frame = answer.chosen().get().frame();
        return answer.isNothing()
                ? "the mask of the key frame " + frame + " is empty"
                : String.format(Locale.ROOT, "key frame %d, score %.2f", frame, score);
    }

    private static Map<String, Object> considered(Candidate candidate, KeyFrameRule rule) {
        var one = new LinkedHashMap<String, Object>();
        one.put("frame", candidate.frame());
        one.put("confidence", candidate.confidence());
        one.put("alignment", candidate.alignment());
        one.put("score", score(candidate, rule));
        one.put("pixels", candidate.mask().areaPixels());
        return one;
    }

    private static float score(Candidate candidate, KeyFrameRule rule) {
        return rule.score(candidate.confidence(), candidate.alignment());
    }
}
