package org.sola.mask;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/** Masks as COCO writes them in JSON: {@code {"size": [height, width], "counts": text or runs}}. */
public final class RleJson {
    private RleJson() {}

    /**
     * Reads a mask without laying it out, so a huge size costs nothing.
     *
     * @throws RleException when it is no mask; the message begins with the field
     */
    public static Rle read(JsonNode node) {
        if (!node.isObject()) {
            throw new RleException("mask: found " + shortened(node) + ", expected an object of size and counts");
        }
        int[] size = size(node);
        var counts = node.path("counts");
        if (counts.isTextual()) {
            return Rle.ofCompressed(size[0], size[1], counts.asText());
        }
        if (!counts.isArray()) {
            throw new RleException(
                    "counts: " + (counts.isMissingNode() ? "missing" : shortened(counts)) + ", expected text or runs");
        }
        var runs = new long[counts.size()];
        for (int i = 0; i < runs.length; i++) {
            runs[i] = integer("counts", counts.get(i), Long.MAX_VALUE);
        }
        return Rle.ofCounts(size[0], size[1], runs);
    }

    /** The field {@code size} of a mask: height, width. */
    public static int[] size(JsonNode mask) {
        var size = mask.path("size");
        if (!size.isArray() || size.size() != 2) {
            throw new RleException(
                    "size: " + (size.isMissingNode() ? "missing" : shortened(size)) + ", expected [height, width]");
        }
        return new int[] {
            (int) integer("size", size.get(0), Integer.MAX_VALUE), (int) integer("size", size.get(1), Integer.MAX_VALUE)
        };
    }

    /** Writes a mask with its compressed text. */
    public static void write(JsonGenerator json, Rle mask) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("size");
        json.writeNumber(mask.height());
        json.writeNumber(mask.width());
        json.writeEndArray();
        json.writeStringField("counts", mask.compressed());
        json.writeEndObject();
    }

    private static long integer(String field, JsonNode node, long most) {
        boolean fits = node.isIntegralNumber() && node.canConvertToLong() && Math.abs(node.asLong()) <= most;
        if (!fits) {
            throw new RleException(field + ": found " + shortened(node) + ", expected a whole number up to " + most);
        }
        return node.asLong();
    }

    private static String shortened(JsonNode node) {
        String text = node.toString();
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }
}
