package org.sola.demo;

import java.util.List;
import java.util.Optional;

/**
 * A noun phrase and the objects of a video that it fits.
 *
 * @param singular "red car"
 * @param plural "red cars"
 * @param fits one verdict per object, in the order of their ids
 * @param general whether it names no kind of thing ("object", "one"), so that scenery could be meant too
 */
record Subject(String singular, String plural, List<Truth> fits, boolean general) {
    Subject {
        fits = List.copyOf(fits);
    }

    int count() {
        return (int) fits.stream().filter(Truth.YES::equals).count();
    }

    boolean clear() {
        return !fits.contains(Truth.UNCLEAR);
    }

    /** Something called by a noun. */
    static Subject named(String singular, String plural, List<ObjectTruth> objects) {
        return new Subject(
                singular,
                plural,
                objects.stream().map(o -> called(o.look(), singular)).toList(),
                false);
    }

    /** Something called by a noun, in a colour. */
    static Subject coloured(NamedColour colour, String singular, String plural, List<ObjectTruth> objects) {
        return new Subject(
                colour.word() + " " + singular,
                colour.word() + " " + plural,
                objects.stream()
                        .map(o -> called(o.look(), singular).and(coloured(o.look(), colour)))
                        .toList(),
                false);
    }

    /** Anything in a colour. */
    static Subject anythingIn(NamedColour colour, String singular, String plural, List<ObjectTruth> objects) {
        return new Subject(
                colour.word() + " " + singular,
                colour.word() + " " + plural,
                objects.stream().map(o -> coloured(o.look(), colour)).toList(),
                true);
    }

    /** Anything at all. */
    static Subject anything(String singular, String plural, List<ObjectTruth> objects) {
        return new Subject(
                singular, plural, objects.stream().map(o -> Truth.YES).toList(), true);
    }

    /** Anything of a category of sprites. */
    static Subject category(String category, String plural, List<ObjectTruth> objects) {
        return new Subject(
                category,
                plural,
                objects.stream().map(o -> ofCategory(o.look(), category)).toList(),
                false);
    }

    private static Truth ofCategory(Look look, String category) {
        if (look instanceof SpriteLook sprite) {
            var kind = sprite.sprite().category();
            // a snowman, a sledge or a teddy bear is arguable
            return kind.equals(category) ? Truth.YES : kind.equals("thing") ? Truth.UNCLEAR : Truth.NO;
        }
        return Truth.NO;
    }

    static Truth called(Look look, String noun) {
        if (look instanceof SpriteLook sprite) {
            if (sprite.sprite().noun().equals(noun)) {
                return Truth.YES;
            }
            boolean round = noun.equals("circle") && sprite.sprite().category().equals("ball");
            return sprite.sprite().mayBeCalled(noun) || round ? Truth.UNCLEAR : Truth.NO;
        }
        if (look instanceof ShapeLook shape) {
            return shape.shape().word().equals(noun) ? Truth.YES : Truth.NO;
        }
        return Truth.NO;
    }

    static Truth coloured(Look look, NamedColour colour) {
        Optional<NamedColour> own = look.colour();
        if (own.isEmpty()) {
            return Truth.UNCLEAR;
        }
        return own.get() == colour ? Truth.YES : own.get().confusedWith(colour) ? Truth.UNCLEAR : Truth.NO;
    }

    /** The noun of a look, if it has one. */
    static Optional<String> noun(Look look) {
        if (look instanceof SpriteLook sprite) {
            return Optional.of(sprite.sprite().noun());
        }
        return look instanceof ShapeLook shape ? Optional.of(shape.shape().word()) : Optional.empty();
    }

    static Optional<String> pluralNoun(Look look) {
        if (look instanceof SpriteLook sprite) {
            return Optional.of(sprite.sprite().plural());
        }
        return look instanceof ShapeLook shape ? Optional.of(shape.shape().plural()) : Optional.empty();
    }
}
