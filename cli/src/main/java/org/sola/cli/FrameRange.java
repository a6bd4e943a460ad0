package org.sola.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How long videos are, written {@code 20-40} or, for one length, {@code 24}.
 *
 * @param shortest frames of the shortest video
 * @param longest frames of the longest
 */
record FrameRange(int shortest, int longest) {
    static final class Converter implements ITypeConverter<FrameRange> {
        private static final Pattern FORM = Pattern.compile("(\\d{1,4})(?:-(\\d{1,4}))?");

        @Override
        public FrameRange convert(String text) {
            Matcher matcher = FORM.matcher(text);
            if (matcher.matches()) {
                int shortest = Integer.parseInt(matcher.group(1));
                int longest = matcher.group(2) == null ? shortest : Integer.parseInt(matcher.group(2));
                if (shortest <= longest) {
                    return new FrameRange(shortest, longest);
                }
            }
            throw new TypeConversionException("expected MIN-MAX such as 20-40, the smaller first, not '" + text + "'");
        }
    }
}
