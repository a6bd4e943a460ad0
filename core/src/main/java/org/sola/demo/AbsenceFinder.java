package org.sola.demo;

import java.util.List;
import org.sola.demo.ClaimFinder.Claim;
import org.sola.demo.DemoExpression.Kind;

/** Finds sentences that mean nothing in the video: things that are not there, or not in that colour. */
final class AbsenceFinder {
    private static final int ABSENT = 6;
    private final ClaimFinder finder;

    AbsenceFinder(ClaimFinder finder) {
        this.finder = finder;
    }

    void find() {
        var random = finder.random();
        var sprites = SpriteCatalog.shared().sprites();
        for (int i = 0; i < ABSENT; i++) {
            var sprite = random.pick(sprites);
            var subject = Subject.named(sprite.noun(), sprite.plural(), finder.objects());
            // nor may what is there be taken for it
            if (!subject.fits().stream().allMatch(Truth.NO::equals) || takenFor(sprite)) {
                continue;
            }
            var colour = random.pick(ImageSampler.PAINTS).word();
            var rule = random.pick(MotionRule.values());
            var texts =
                    switch (random.below(4)) {
                        case 0 -> List.of("the " + colour + " " + sprite.noun());
                        case 1 -> Wording.does(subject, rule);
                        default -> List.of("the " + sprite.noun());
                    };
            finder.add(Kind.NONE, new Claim("absent", true, texts, List.of()));
        }
        for (var subject : finder.named()) {
            for (var colour : ImageSampler.PAINTS) {
                var wrong = Subject.coloured(colour, subject.singular(), subject.plural(), finder.objects());
                if (wrong.clear() && wrong.count() == 0) {
                    finder.add(Kind.NONE, new Claim("colour", true, List.of("the " + wrong.singular()), List.of()));
                }
            }
        }
    }

    /** Whether something in the video goes by a name that this sprite goes by too. */
    private boolean takenFor(Sprite sprite) {
        for (var object : finder.objects()) {
            var look = object.look();
            if (Subject.noun(look).filter(sprite::mayBeCalled).isPresent()) {
                return true;
            }
            if (look instanceof SpriteLook other
                    && other.sprite().alsoCalled().stream().anyMatch(sprite::mayBeCalled)) {
                return true;
            }
        }
        return false;
    }
}
