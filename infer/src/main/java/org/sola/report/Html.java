package org.sola.report;

import java.util.Base64;
import java.util.Locale;

/** Pieces of HTML. */
final class Html {
    private Html() {}

    /** Text with the characters that HTML gives a meaning replaced. */
    static String text(String raw) {
        return raw.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** A share as a percentage of one decimal. */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f", share * 100);
    }

    /** An image within the page itself. */
    static String image(String type, byte[] bytes, String description) {
        return "<img alt=\"" + text(description) + "\" src=\"data:image/" + type + ";base64,"
                + Base64.getEncoder().encodeToString(bytes) + "\">";
    }
}
