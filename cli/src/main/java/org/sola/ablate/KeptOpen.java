package org.sola.ablate;

import java.util.List;
import org.sola.text.TextEncoder;
import org.sola.text.TextTokens;

/** A text encoder that many scorers use after one another; closing a scorer does not close it. */
record KeptOpen(TextEncoder encoder) implements TextEncoder {
    @Override
    public String name() {
        return encoder.name();
    }

    @Override
    public String fingerprint() {
        return encoder.fingerprint();
    }

    @Override
    public int dimension() {
        return encoder.dimension();
    }

    @Override
    public TextTokens encode(String expression) {
        return encoder.encode(expression);
    }

    @Override
    public List<TextTokens> encodeAll(List<String> expressions) {
        return encoder.encodeAll(expressions);
    }

    @Override
    public void close() {
        // its owner does
    }
}
