package org.sola.text;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The text tokens used last, up to a bound of memory; the one not used for longest goes first. */
final class RecentTokens {
    private final long limitBytes;
    private long bytes;
    private final Map<String, TextTokens> known = new LinkedHashMap<>(64, 0.75f, true);

    RecentTokens(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    synchronized Optional<TextTokens> find(String expression) {
        return Optional.ofNullable(known.get(expression));
    }

    synchronized void add(TextTokens tokens) {
        var replaced = known.put(tokens.expression(), tokens);
        bytes += bytes(tokens) - (replaced == null ? 0 : bytes(replaced));
        var eldest = known.values().iterator();
        while (bytes > limitBytes && known.size() > 1) {
            bytes -= bytes(eldest.next());
            eldest.remove();
        }
    }

    synchronized void clear() {
        known.clear();
        bytes = 0;
    }

    private static long bytes(TextTokens tokens) {
        return 4L * tokens.words() * tokens.dimension();
    }
}
