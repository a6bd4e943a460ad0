package org.sola.demo;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Chooses who plays in a video: groups of the same kind that differ in what they do, in colour or in size. */
final class Casting {
    /**
     * A part to play.
     *
     * @param look what it looks like
     * @param size longer side as a share of the frame's shorter side, at the start
     * @param motion what it does
     */
    record Part(Look look, double size, Motion motion) {}

    private final DemoRandom random;
    private final SceneConfig config;
    private final boolean stillCamera;
    private final List<Part> parts = new ArrayList<>();
    private final Set<String> nouns = new HashSet<>();

    private Casting(DemoRandom random, SceneConfig config, boolean stillCamera) {
        this.random = random;
        this.config = config;
        this.stillCamera = stillCamera;
    }

    static List<Part> cast(DemoRandom random, SceneConfig config, boolean stillCamera) {
        return new Casting(random, config, stillCamera).cast();
    }

    private List<Part> cast() {
        int most = config.maximumObjects();
        int count = random.whole(Math.max(config.minimumObjects(), Math.min(3, most)), most);
        double plan = random.unit();
        if (plan < 0.5) {
            group(Math.min(count, random.whole(2, 4)), count);
        } else if (plan < 0.75) {
            int first = Math.min(count, random.whole(2, 3));
            group(first, count);
            group(Math.min(count - first, random.whole(2, 3)), count);
        }
        while (parts.size() < count) {
            var look = random.chance(config.textured()) ? ImageSampler.textured(random) : named();
            parts.add(new Part(look, size(count), random.chance(0.35) ? Motion.STAY : motion()));
        }
        return parts;
    }

    private void group(int members, int count) {
        if (members < 1) {
            return;
        }
        var first = named();
        boolean coloured = members > 1 && random.chance(0.5) && recolourable(first);
        double size = size(count);
        boolean sized = !coloured && random.chance(0.25);
        double shared = random.unit();
        Motion common = motion();
        var used = new HashSet<Motion>();
        var colours = new ArrayList<NamedColour>();
        first.colour().ifPresent(colours::add);
        for (int i = 0; i < members; i++) {
            var look = i > 0 && coloured ? recoloured(first, colours) : first;
            double ownSize = sized ? (i == 0 ? Math.max(0.32, size) : 0.19) : size * random.between(0.94, 1.06);
            Motion motion;
            if (shared < 0.12 || shared < 0.4 && i < 2) {
                motion = common;
            } else {
                int attempts = 0;
                do {
                    motion = motion();
                } while (!used.add(motion) && ++attempts < 5);
            }
            parts.add(new Part(look, ownSize, motion));
        }
    }

    /** A sprite or shape whose noun is not confused with one that plays already. */
    private Look named() {
        for (int attempt = 0; attempt < 40; attempt++) {
            if (random.chance(0.22)) {
                var shape = random.pick(Shape.values());
                if (nouns.add(shape.word())) {
                    return new ShapeLook(shape, shapeColour());
                }
            } else {
                var sprite = random.pick(SpriteCatalog.shared().sprites());
                if (sprite.alsoCalled().stream().noneMatch(nouns::contains) && nouns.add(sprite.noun())) {
                    nouns.addAll(sprite.alsoCalled());
                    boolean painted = sprite.recolourable() && random.chance(0.4);
                    return new SpriteLook(
                            sprite, painted ? Optional.of(ImageSampler.paint(random, sprite)) : Optional.empty());
                }
            }
        }
        return new ShapeLook(random.pick(Shape.values()), shapeColour());
    }

    private NamedColour shapeColour() {
        return random.pick(NamedColour.values());
    }

    private static boolean recolourable(Look look) {
        return look instanceof ShapeLook
                || look instanceof SpriteLook sprite && sprite.sprite().recolourable();
    }

    /** The same thing in a colour that is not confused with those of the group so far, if there is one. */
    private Look recoloured(Look look, List<NamedColour> taken) {
        for (int attempt = 0; attempt < 20; attempt++) {
            var colour = look instanceof SpriteLook ? random.pick(ImageSampler.PAINTS) : shapeColour();
            if (taken.stream().noneMatch(colour::confusedWith)) {
                taken.add(colour);
                return look instanceof SpriteLook sprite
                        ? new SpriteLook(sprite.sprite(), Optional.of(colour))
                        : new ShapeLook(((ShapeLook) look).shape(), colour);
            }
        }
        return look;
    }

    private double size(int count) {
        return count >= 5 ? random.between(0.17, 0.3) : random.between(0.19, 0.38);
    }

    private Motion motion() {
        while (true) {
            var motion = random.pick(Motion.values());
            if (!stillCamera && (motion.crossesEdge() || motion == Motion.BEHIND)) {
                continue;
            }
            return motion;
        }
    }
}
