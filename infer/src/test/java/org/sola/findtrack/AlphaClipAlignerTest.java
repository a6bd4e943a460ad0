package org.sola.findtrack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sola.alphaclip.AlphaClip;
import org.sola.alphaclip.AlphaClipConfig;
import org.sola.alphaclip.ImageFit;
import org.sola.alphaclip.TextReader;
import org.sola.tensor.Weights;
import org.sola.text.TokenizerKind;

class AlphaClipAlignerTest {
    private static final AlphaClipConfig TINY = new AlphaClipConfig(
            "tiny",
            8,
            new AlphaClipConfig.Vision(32, 8, 16, 1, 2, ImageFit.SQUASH),
            new AlphaClipConfig.Text(TokenizerKind.WORD_PIECE, 30522, 8, 8, 1, 2));

    private static AlphaClipAligner aligner(NDManager manager) throws IOException {
        var network = AlphaClip.of(TINY, Weights.initialise(2, manager));
        return AlphaClipAligner.of(network, TextReader.builtIn(TINY.text()), manager);
    }

    @Test
    void masksAndExpressionsDoNotDependOnTheirCompany() throws IOException {
        var manager = NDManager.newBaseManager("PyTorch");
        var video = Squares.of(3);
        try (var aligner = aligner(manager);
                var frame = aligner.prepare(video.frame(1))) {
            var masks = List.of(video.red(1), video.blue(), video.red(0), video.red(2), video.blue());
            var texts = List.of("the red square", "a blue one that stays there");
            var together = frame.align(masks, texts);
            assertEquals(5, together.size());
            for (int m = 0; m < masks.size(); m++) {
                for (int k = 0; k < texts.size(); k++) {
                    var alone = frame.align(List.of(masks.get(m)), List.of(texts.get(k)));
                    assertArrayEquals(alone.get(0), new float[] {together.get(m)[k]}, 1e-5f);
                    assertTrue(Math.abs(together.get(m)[k]) <= 1.0001);
                }
            }
            assertArrayEquals(together.get(1), together.get(4), 1e-5f);
        }
    }

    @Test
    void framesLeaveNoNativeMemoryBehind() throws IOException {
        var manager = NDManager.newBaseManager("PyTorch");
        var video = Squares.of(3);
        try (var aligner = aligner(manager)) {
            int before = 0;
            for (int i = 0; i < 4; i++) {
                try (var frame = aligner.prepare(video.frame(1))) {
                    frame.align(List.of(video.red(1)), List.of("the red square"));
                }
                before = i == 0 ? manager.getManagedArrays().size() : before;
            }
            assertEquals(before, manager.getManagedArrays().size());
            assertTrue(aligner.readsWhole("a red square"));
            assertFalse(aligner.readsWhole("a red square that moves over the ground to the right"));
        }
    }
}
