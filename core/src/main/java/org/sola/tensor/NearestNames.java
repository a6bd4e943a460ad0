package org.sola.tensor;

import java.util.Collection;
import java.util.Comparator;
import java.util.stream.Collectors;

/** Names close to one that was not found, for error messages. */
public final class NearestNames {
    private NearestNames() {}

    /** Empty, or {@code "; nearest: a, b, c"}. */
    public static String hint(String wanted, Collection<String> present) {
        String nearest = present.stream()
                .sorted(Comparator.comparingInt(name -> distance(wanted, name)))
                .limit(3)
                .collect(Collectors.joining(", "));
        return nearest.isEmpty() ? "" : "; nearest: " + nearest;
    }

    /** Levenshtein distance. */
    static int distance(String a, String b) {
        var row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
