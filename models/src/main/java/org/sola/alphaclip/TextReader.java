package org.sola.alphaclip;

import java.io.IOException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.commons.text.StringEscapeUtils;
import org.sola.text.MiniLmTextEncoder;
import org.sola.text.TextTokenizer;
import org.sola.text.TokenizerKind;

/**
 * Texts to the pieces that an Alpha-CLIP reads. May be used from several threads; close it to free the tokenizer.
 *
 * <p>CLIP first runs ftfy over a text. Of what that does, this does what expressions can meet: entities, curly quotes,
 * ligatures, full-width letters, composed accents, control characters. Text that was decoded by the wrong character set is
 * not repaired.
 */
public final class TextReader implements AutoCloseable {
    private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\uFEFF&&[^\\t\\n\\f\\r]]");
    private static final Pattern SINGLE_QUOTES = Pattern.compile("[\\u2018-\\u201B\\u02BC]");
    private static final Pattern DOUBLE_QUOTES = Pattern.compile("[\\u201C-\\u201F]");
    private static final Pattern WIDE_OR_LIGATURE = Pattern.compile("[\\uFB00-\\uFB06\\uFF01-\\uFFEF\\u3000]+");

    private final TextTokenizer tokenizer;
    private final boolean isClip;
    private final int longest;

    private TextReader(TextTokenizer tokenizer, boolean isClip, int longest) {
        this.tokenizer = tokenizer;
        this.isClip = isClip;
        this.longest = longest;
    }

    /**
     * Opens the tokenizer of a configuration.
     *
     * @param vocabulary the folder of the vocabulary, or its file; not read by a size whose pieces are those of the text
     *     encoder that comes with the project
     */
    public static TextReader open(AlphaClipConfig.Text config, Path vocabulary) throws IOException {
        return config.tokenizer() == TokenizerKind.WORD_PIECE
                ? builtIn(config)
                : new TextReader(
                        TextTokenizer.open(config.tokenizer(), vocabulary),
                        config.tokenizer() == TokenizerKind.CLIP_PAIRS,
                        config.contextLength());
    }

    /** For a size that reads the word pieces of the text encoder that comes with the project. */
    public static TextReader builtIn(AlphaClipConfig.Text config) throws IOException {
        if (config.tokenizer() != TokenizerKind.WORD_PIECE) {
            throw new IllegalArgumentException(
                    "a tokenizer of kind " + config.tokenizer() + " has no vocabulary in the program; name its folder");
        }
        return new TextReader(MiniLmTextEncoder.tokenizer(), false, config.contextLength());
    }

    /** The pieces of {@code text}, start and end included; of a text that is too long, the last but one are left out. */
    public TextPieces read(String text) {
        var ids = tokenizer.encode(isClip ? clean(text) : text).ids();
        if (ids.size() <= longest) {
            return new TextPieces(ids, true);
        }
        var cut = new ArrayList<>(ids.subList(0, longest - 1));
        cut.add(ids.get(ids.size() - 1));
        return new TextPieces(cut, false);
    }

    /** What CLIP makes of a text before it cuts it: one line of lower case. */
    static String clean(String text) {
        String plain = text;
        if (!plain.contains("<")) { // as ftfy does: what has a tag is taken for HTML and left alone
            plain = StringEscapeUtils.unescapeHtml4(plain);
        }
        plain = WIDE_OR_LIGATURE
                .matcher(plain)
                .replaceAll(run -> quoted(Normalizer.normalize(run.group(), Normalizer.Form.NFKC)));
        plain = DOUBLE_QUOTES
                .matcher(SINGLE_QUOTES.matcher(plain).replaceAll("'"))
                .replaceAll("\"");
        plain = Normalizer.normalize(CONTROL.matcher(plain).replaceAll(""), Normalizer.Form.NFC);
        plain = StringEscapeUtils.unescapeHtml4(StringEscapeUtils.unescapeHtml4(plain));
        return SPACE.matcher(plain).replaceAll(" ").strip().toLowerCase(Locale.ROOT);
    }

    private static String quoted(String replacement) {
        return java.util.regex.Matcher.quoteReplacement(replacement);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
