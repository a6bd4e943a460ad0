package org.sola.text;

/**
 * How a text encoder reads an expression, known without running its network.
 *
 * @param pieces word pieces of the whole expression, special ones included
 * @param limit how many the encoder reads; the rest is left out
 * @param unknown pieces for which the vocabulary has nothing; to the encoder they are all the same
 */
public record Reading(int pieces, int limit, int unknown) {
    /** Whether nothing is left out. */
    public boolean isWhole() {
        return pieces <= limit;
    }
}
