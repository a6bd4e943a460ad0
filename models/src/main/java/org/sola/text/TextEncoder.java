package org.sola.text;

/** Turns an expression into text tokens. Implementations may be used from several threads and remember what they encoded. */
public interface TextEncoder extends AutoCloseable {
    /** The model's name, for messages and fingerprints. */
    String name();

    /** Width D of a text token. */
    int dimension();

    /**
     * The text tokens of an expression: every row of the last hidden state, those of the special tokens included.
     *
     * @throws IllegalArgumentException if the expression has no visible character
     */
    TextTokens encode(String expression);

    @Override
    void close();
}
