package org.sola.evfsam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.sola.image.RgbImage;
import org.sola.tensor.Safetensors;

class FrameInputTest {
    private static RgbImage picture(int height, int width) {
        var rgb = new byte[3 * height * width];
        for (int i = 0; i < rgb.length; i++) {
            int channel = i % 3;
            int x = i / 3 % width;
            int y = i / 3 / width;
            rgb[i] = (byte) (37 * x + 91 * y + 53 * channel + x * y);
        }
        return new RgbImage(height, width, rgb);
    }

    /** torchvision on Pillow and on tensors, see scripts/evfsam_inputs.py. */
    @Test
    void framesArePreparedAsTheReferenceDoes() throws IOException {
        var pinned = Safetensors.open(Path.of("src/test/resources/evfsam/inputs.safetensors"));
        assertFalse(pinned.tensors().isEmpty());
        for (String name : pinned.tensors().keySet()) {
            var words = name.split("[.x]");
            var frame = picture(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
            int side = pinned.info(name).shape().get(1).intValue();
            boolean isSam = words[0].equals("sam");
            assertArrayEquals(
                    pinned.floats(name),
                    isSam ? FrameInput.samPlanes(frame, side) : FrameInput.fusionPlanes(frame, side),
                    2e-6f,
                    name);
        }
    }

    @Test
    void theLongerSideFillsTheInput() {
        assertEquals(new FrameSize(270, 480, 576, 1024), FrameSize.of(270, 480, 1024));
        assertEquals(new FrameSize(480, 270, 1024, 576), FrameSize.of(480, 270, 1024));
        assertEquals(new FrameSize(1, 5000, 1, 1024), FrameSize.of(1, 5000, 1024));
    }
}
