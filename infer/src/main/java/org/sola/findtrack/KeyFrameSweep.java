package org.sola.findtrack;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.sola.dataset.Expression;
import org.sola.dataset.ReferringVideo;
import org.sola.mask.Rle;
import org.sola.video.Video;

/**
 * The answers of FindTrack by many rules at once. A frame that is a candidate by several rules is looked at once, and a
 * mask that several rules choose is followed once: all rules together cost little more than the most expensive of them.
 */
public final class KeyFrameSweep {
    private final FindTrack findTrack;
    private final List<KeyFrameRule> rules;

    private KeyFrameSweep(FindTrack findTrack, List<KeyFrameRule> rules) {
        this.findTrack = findTrack;
        this.rules = rules;
    }

    /**
     * A sweep.
     *
     * @param findTrack by the networks to use; its own rule must weigh alignment if any of the others does, and skip empty
     *     masks only if all of them do
     * @param rules no two of them equal
     */
    public static KeyFrameSweep of(FindTrack findTrack, List<KeyFrameRule> rules) {
        var own = findTrack.rule();
        boolean lacksAlignment = !own.needsAlignment() && rules.stream().anyMatch(KeyFrameRule::needsAlignment);
        boolean skipsTooMuch = own.skipsEmptyMasks() && !rules.stream().allMatch(KeyFrameRule::skipsEmptyMasks);
        if (lacksAlignment || skipsTooMuch) {
            throw new IllegalArgumentException("the rule that looks at the frames computes less than the rules to be"
                    + " compared ask for: " + own);
        }
        if (new HashSet<>(rules).size() != rules.size() || rules.isEmpty()) {
            throw new IllegalArgumentException("a sweep needs rules that differ, not " + rules);
        }
        return new KeyFrameSweep(findTrack, List.copyOf(rules));
    }

    /**
     * For every rule, a mask a frame for each of a video's expressions, in their order.
     *
     * @throws InterruptedException if the thread is interrupted on the way
     */
    public Map<KeyFrameRule, List<List<Rle>>> answer(ReferringVideo listed, FindTrackListener listener)
            throws IOException, InterruptedException {
        var video = listed.open();
        int frameCount = video.countFrames();
        var expressions = listed.expressions().stream().map(Expression::text).toList();
        var texts = List.copyOf(new LinkedHashSet<>(expressions));
        var frames = new TreeSet<Integer>();
        rules.forEach(rule -> frames.addAll(rule.frames(frameCount)));
        var found = findTrack.find(video, List.copyOf(frames), texts, listener);
        var keys = new LinkedHashMap<KeyFrameRule, Map<String, KeyFrame>>();
        var wanted = new LinkedHashSet<KeyFrame>();
        for (var rule : rules) {
            var chosen = new LinkedHashMap<String, KeyFrame>();
            for (String text : texts) {
                chosen(rule, found.of(text), frameCount).ifPresent(key -> {
                    chosen.put(text, key);
                    wanted.add(key);
                });
            }
            keys.put(rule, chosen);
        }
        var tracks = follow(video, List.copyOf(wanted), listener);
        var nothing = Collections.nCopies(frameCount, Rle.empty(video.height(), video.width()));
        var answers = new LinkedHashMap<KeyFrameRule, List<List<Rle>>>();
        keys.forEach((rule, chosen) -> {
            var masks = new ArrayList<List<Rle>>();
            expressions.forEach(text -> masks.add(chosen.containsKey(text) ? tracks.get(chosen.get(text)) : nothing));
            answers.put(rule, masks);
        });
        return answers;
    }

    private static Optional<KeyFrame> chosen(KeyFrameRule rule, List<Candidate> found, int frameCount) {
        var allowed = new HashSet<>(rule.frames(frameCount));
        var candidates = found.stream()
                .filter(candidate -> allowed.contains(candidate.frame()))
                .toList();
        return rule.choose(candidates).stream()
                .mapToObj(candidates::get)
                .filter(candidate -> !candidate.isEmpty())
                .map(candidate -> new KeyFrame(candidate.frame(), candidate.mask()))
                .findFirst();
    }

    private Map<KeyFrame, List<Rle>> follow(Video video, List<KeyFrame> keys, FindTrackListener listener)
            throws IOException, InterruptedException {
        if (keys.isEmpty()) {
            return Map.of();
        }
        try (var open = findTrack.propagator().open(video)) {
            return FindTrack.follow(open, keys, listener);
        }
    }
}
