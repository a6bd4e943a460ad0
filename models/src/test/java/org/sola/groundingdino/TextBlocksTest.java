package org.sola.groundingdino;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TextBlocksTest {
    private static final long CLS = 101;
    private static final long SEP = 102;
    private static final long DOT = 1012;

    @Test
    void theWordsOfAPhraseSeeEachOtherAndNothingElse() {
        var blocks = TextBlocks.of(CLS, 7, 8, DOT, 9, DOT, SEP);
        assertArrayEquals(new long[] {0, 0, 1, 2, 0, 1, 0}, blocks.positions());
        assertTrue(blocks.sees()[1][3] && blocks.sees()[3][1]);
        assertFalse(blocks.sees()[2][4] || blocks.sees()[0][1] || blocks.sees()[6][5]);
    }

    @Test
    void wordsAfterTheLastSeparatorSeeOnlyThemselves() {
        var blocks = TextBlocks.of(CLS, 7, DOT, 8, 9);
        assertArrayEquals(new long[] {0, 0, 1, 0, 0}, blocks.positions());
        assertFalse(blocks.sees()[3][4]);
    }

    @Test
    void theLastPieceOfACaptionWithoutFullStopIsItsOwnBlock() {
        var blocks = TextBlocks.of(CLS, 7, 8, SEP);
        assertArrayEquals(new long[4], blocks.positions());
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
                assertEquals(i == j, blocks.sees()[i][j]);
            }
        }
    }

    @Test
    void aCutKeepsTheFirstPieces() {
        var blocks = TextBlocks.ofFirst(3, CLS, 7, 8, DOT, 9, DOT, SEP);
        assertArrayEquals(new long[] {0, 0, 1}, blocks.positions());
        assertTrue(blocks.sees()[1][2]);
        assertEquals(3, blocks.sees()[0].length);
        var longer = TextBlocks.ofFirst(5, CLS, 7, DOT, 8, 9, 10, 11, DOT, SEP);
        assertArrayEquals(new long[] {0, 0, 1, 0, 1}, longer.positions());
        assertTrue(longer.sees()[3][4], "their block ends behind the cut");
        assertFalse(TextBlocks.ofFirst(4, CLS, 7, 8, 9, SEP).sees()[1][2], "no separator but the last closes it");
    }
}
