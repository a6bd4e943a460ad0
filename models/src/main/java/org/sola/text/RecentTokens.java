package org.sola.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

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

    /** The tokens of these expressions in order; {@code compute} is given what is not known, each once. */
    synchronized List<TextTokens> all(List<String> expressions, Function<List<String>, List<TextTokens>> compute) {
        var found = new HashMap<String, TextTokens>();
        var unknown = new ArrayList<String>();
        for (String expression : new LinkedHashSet<>(expressions)) {
            find(expression).ifPresentOrElse(tokens -> found.put(expression, tokens), () -> unknown.add(expression));
        }
        for (var tokens : compute.apply(unknown)) {
            found.put(tokens.expression(), tokens);
            add(tokens);
        }
        return expressions.stream().map(found::get).toList();
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
