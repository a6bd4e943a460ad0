package org.sola.demo;

import java.util.Optional;
import java.util.Set;

/**
 * A named thing of which there is a cut-out picture; a row of {@code sprites.tsv}.
 *
 * @param file its picture
 * @param noun what it is, in the singular without article
 * @param plural the plural of the noun
 * @param category animal, vehicle, food, ...
 * @param alsoCalled other nouns that hold of it or that a viewer might use; never told apart from them
 * @param colour the colour of the whole, where it has one that nobody would dispute
 * @param recolourable whether its main surface may be painted in another colour
 * @param facesLeft whether it looks to the left, so that moving to the right means mirroring it
 */
public record Sprite(
        String file,
        String noun,
        String plural,
        String category,
        Set<String> alsoCalled,
        Optional<NamedColour> colour,
        boolean recolourable,
        boolean facesLeft) {
    public Sprite {
        alsoCalled = Set.copyOf(alsoCalled);
    }

    /** Whether some viewer could use this noun for it. */
    boolean mayBeCalled(String name) {
        return noun.equals(name) || alsoCalled.contains(name);
    }
}
