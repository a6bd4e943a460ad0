package org.sola.text;

import java.util.List;

/** Turns an expression into text tokens. Implementations may be used from several threads and remember what they encoded. */
public interface TextEncoder extends AutoCloseable {
    /** The model's name, for messages. */
    String name();

    /** What the numbers depend on: model, weights and tokenizer; the name alone where nothing else can change. */
    default String fingerprint() {
        return name();
    }

    /** Width D of a text token. */
    int dimension();

    /**
     * The text tokens of an expression: every row of the last hidden state, those of the special tokens included.
     *
     * @throws IllegalArgumentException if the expression has no visible character
     */
    TextTokens encode(String expression);

    /** The text tokens of several expressions, in their order; faster than one by one where the model works in batches. */
    default List<TextTokens> encodeAll(List<String> expressions) {
        return expressions.stream().map(this::encode).toList();
    }

    /** How an expression is read, found out without running the network where that is possible. */
    default Reading reading(String expression) {
        var tokens = encode(expression);
        return new Reading(tokens.words(), tokens.truncated() ? tokens.words() - 1 : tokens.words(), 0);
    }

    @Override
    void close();

    /** Refuses an expression without a visible character. */
    static void requireVisible(String expression) {
        if (expression.isBlank()) {
            throw new IllegalArgumentException("the expression is empty; say what to look for, as in \"the red car\"");
        }
    }
}
