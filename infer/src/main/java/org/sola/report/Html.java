package org.sola.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;

/** Pieces of HTML. */
public final class Html {
    private Html() {}

    /** Text with the characters that HTML gives a meaning replaced. */
    public static String text(String raw) {
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

    /** A page up to its facts: head, style, title as heading, and what the figures are of. */
    static String head(String title, Map<String, String> facts) throws IOException {
        var page = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
                .append(text(title))
                .append("</title><meta name=\"viewport\" content=\"width=device-width\"><style>")
                .append(style())
                .append("</style></head><body><main>\n<h1>")
                .append(text(title))
                .append("</h1>\n<dl class=\"facts\">");
        facts.forEach((name, value) -> page.append("<div><dt>")
                .append(text(name))
                .append("</dt><dd>")
                .append(text(value))
                .append("</dd></div>"));
        return page.append("</dl>\n").toString();
    }

    private static String style() throws IOException {
        try (InputStream in = Html.class.getResourceAsStream("report.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** A large figure with its name; value and note are HTML. */
    static String tile(String value, String name, String note) {
        return "<div class=\"tile\"><b>" + value + "</b><span>" + name + "</span><small>" + note + "</small></div>";
    }

    /** A table's cell; {@code value} is HTML. */
    static String cell(String value) {
        return "<td>" + value + "</td>";
    }
}
