package org.sola.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class FrameRangeTest {
    private final FrameRange.Converter converter = new FrameRange.Converter();

    @Test
    void aRangeAndASingleLengthAreRead() {
        assertEquals(new FrameRange(20, 28), converter.convert("20-28"));
        assertEquals(new FrameRange(24, 24), converter.convert("24"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "28-20", "-5", "20-", "a-b", "20-28-30", "99999"})
    void anythingElseIsRefusedWithWhatIsExpected(String text) {
        var refused = assertThrows(TypeConversionException.class, () -> converter.convert(text));
        assertEquals(true, refused.getMessage().contains("20-40"), refused.getMessage());
    }
}
