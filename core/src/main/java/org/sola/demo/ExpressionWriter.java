package org.sola.demo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sola.demo.ClaimFinder.Claim;
import org.sola.demo.DemoExpression.Kind;

/**
 * Chooses expressions for a video from all that is clear about it: about two of each kind, about different things, with
 * a taste for those that need the whole sentence; a multiple of that on demand, as far as there is more to say. The same truth and stream give the same expressions.
 */
final class ExpressionWriter {
    private static final Map<Kind, Integer> WANTED =
            new EnumMap<>(Map.of(Kind.APPEARANCE, 2, Kind.MOTION, 3, Kind.RELATION, 2, Kind.PLURAL, 2, Kind.NONE, 1));
    private static final double SECOND_NONE = 0.5;
    private static final int OTHERS_PER_NONE = 7;

    private ExpressionWriter() {}

    static List<DemoExpression> write(DemoRandom random, SceneTruth truth, int richness) {
        var claims = ClaimFinder.find(random, truth);
        var expressions = new ArrayList<DemoExpression>();
        var texts = new HashSet<String>();
        for (var kind : Kind.values()) {
            int usual = WANTED.get(kind) + (kind == Kind.NONE && random.chance(SECOND_NONE) ? 1 : 0);
            int wanted = kind == Kind.NONE && richness > 1
                    ? Math.max(usual, expressions.size() / OTHERS_PER_NONE) // there is no end of what is not there
                    : usual * richness;
            for (var claim : chosen(random, claims.get(kind), wanted, richness > 1)) {
                var text = random.pick(claim.texts());
                if (texts.add(text)) {
                    expressions.add(new DemoExpression(text, kind, claim.objects()));
                }
            }
        }
        random.shuffle(expressions);
        return List.copyOf(expressions);
    }

    /** Of different topics first, then about different objects. */
    private static List<Claim> chosen(DemoRandom random, List<Claim> claims, int wanted, boolean anyway) {
        var left = new ArrayList<>(claims);
        random.shuffle(left);
        left.sort(Comparator.comparing(claim -> claim.needed() ? 0 : 1)); // stable: the shuffle stays within both
        if (random.chance(0.25)) {
            random.shuffle(left);
        }
        var chosen = new ArrayList<Claim>();
        Set<String> topics = new HashSet<>();
        Set<List<Integer>> meant = new HashSet<>();
        for (int round = 0; round < (anyway ? 4 : 3) && chosen.size() < wanted; round++) {
            for (var claim : left) {
                boolean newTopic = !topics.contains(claim.topic());
                boolean newMeant = claim.objects().isEmpty() || !meant.contains(claim.objects());
                boolean fits = round == 0 ? newTopic && newMeant : round == 1 ? newTopic : round == 3 || newMeant;
                if (fits && chosen.size() < wanted && !chosen.contains(claim)) {
                    chosen.add(claim);
                    topics.add(claim.topic());
                    meant.add(claim.objects());
                }
            }
        }
        return chosen;
    }
}
