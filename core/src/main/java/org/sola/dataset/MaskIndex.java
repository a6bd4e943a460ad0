package org.sola.dataset;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where each annotation of a {@code mask_dict.json} lies. The file is walked once as a stream; the masks of an
 * annotation are read when they are asked for, so memory does not grow with the number of masks (MeViS train has several
 * hundred thousand). Safe for use by several threads.
 */
final class MaskIndex {
    private final Path file;
    private final Map<String, Span> spans;

    /** The bytes of an annotation's list; {@code end} is 0 where it was listed twice. */
    private record Span(long start, long end) {
        static final Span TWICE = new Span(0, 0);
    }

    private MaskIndex(Path file, Map<String, Span> spans) {
        this.file = file;
        this.spans = spans;
    }

    static MaskIndex of(Path file) {
        var spans = new HashMap<String, Span>();
        MetaReader.parse(file, parser -> {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new DatasetException(file + " does not hold a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String id = parser.currentName();
                parser.nextToken();
                spans.merge(id, span(parser), (first, second) -> Span.TWICE);
            }
        });
        return new MaskIndex(file, spans);
    }

    private static Span span(JsonParser parser) throws IOException {
        long start = parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        return new Span(start, parser.currentLocation().getByteOffset());
    }

    Path file() {
        return file;
    }

    Set<String> ids() {
        return Collections.unmodifiableSet(spans.keySet());
    }

    /** The entries of an annotation, one a frame: a JSON null or a mask. */
    List<JsonNode> entries(String id) {
        var span = spans.get(id);
        String at = file + ": annotation " + id;
        if (span == null) {
            throw new DatasetException(at + " is missing");
        }
        if (span.end() == 0) {
            throw new DatasetException(at + " is listed twice");
        }
        var list = read(span, at);
        if (!list.isArray()) {
            throw new DatasetException(at + " is no list; expected one mask or null a frame");
        }
        var entries = new ArrayList<JsonNode>(list.size());
        list.forEach(entries::add);
        return entries;
    }

    private JsonNode read(Span span, String at) {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var bytes = ByteBuffer.allocate(Math.toIntExact(span.end() - span.start()));
            while (bytes.hasRemaining() && channel.read(bytes, span.start() + bytes.position()) >= 0) {}
            return MetaReader.JSON.readTree(bytes.array(), 0, bytes.position());
        } catch (IOException e) {
            throw new DatasetException(at + " cannot be read: " + e.getMessage()
                    + "; if the file changed meanwhile, open the data set again");
        }
    }
}
