package org.sola.groundingdino;

import java.util.Locale;

/** The form in which the network was taught captions: lower case, phrases that end with a full stop. */
final class Caption {
    private Caption() {}

    static String normalised(String text) {
        String caption = text.toLowerCase(Locale.ROOT).strip();
        if (caption.isEmpty()) {
            throw new IllegalArgumentException("the caption is empty; name what to look for, as \"a cat . a dog .\"");
        }
        return caption.endsWith(".") ? caption : caption + ".";
    }
}
