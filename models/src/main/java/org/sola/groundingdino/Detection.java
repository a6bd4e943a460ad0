package org.sola.groundingdino;

import java.util.List;

/**
 * A box that a caption's words were found in.
 *
 * @param query which of the network's queries found it
 * @param score the likeliest word piece's probability
 * @param boxXyxy left, top, right and lower side in pixels of the original image; may reach beyond it
 * @param tokenScores the probability of each word piece of the caption, special ones included
 * @param phrase the places in the caption of the pieces that make up the phrase
 */
public record Detection(int query, float score, List<Float> boxXyxy, List<Float> tokenScores, List<Integer> phrase) {
    public Detection {
        boxXyxy = List.copyOf(boxXyxy);
        tokenScores = List.copyOf(tokenScores);
        phrase = List.copyOf(phrase);
    }
}
