package org.sola.dataset;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A referring sentence of a video.
 *
 * @param id its key in the video, unique there
 * @param text the sentence as it was written
 * @param annotationIds the objects it means, or empty where the truth is not published; an empty list means none
 * @param kind what sort of sentence it is ("motion", ...), "" where the data set does not say
 */
public record Expression(String id, String text, Optional<List<String>> annotationIds, String kind) {
    public Expression {
        annotationIds = annotationIds.map(List::copyOf);
    }

    /** Lower case with single spaces, as LMPM and ReferFormer read it; SOLA reads {@link #text} as it stands. */
    public String normalisedText() {
        return text.toLowerCase(Locale.ROOT).strip().replaceAll("(?U)\\s+", " ");
    }
}
