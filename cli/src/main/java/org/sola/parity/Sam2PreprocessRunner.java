package org.sola.parity;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.sola.image.Filter;
import org.sola.image.Resize;
import org.sola.image.RgbImage;
import org.sola.sam2.ImageInput;
import org.sola.tensor.Kernels;

/** Images on their way into the network, as video frames and as single images, and logits on their way out. */
final class Sam2PreprocessRunner implements ParityRunner {
    /** The case's own rule: this share of the 8-bit values may be rounded the other way. */
    private static final double ROUNDED_SHARE = 0.001;

    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.has("in.low_res")
                && !parityCase.tensorNames("out.").stream()
                        .filter(name -> name.endsWith(".video_u8"))
                        .toList()
                        .isEmpty();
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            for (var entry : parityCase.json().path("images").properties()) {
                image(parityCase, checks, manager, entry.getKey(), image(entry.getValue()));
            }
            var shape = parityCase.about("out.up").path("full_shape");
            var up = Kernels.bilinear(
                    parityCase.array(manager, "in.low_res"),
                    shape.get(2).asLong(),
                    shape.get(3).asLong());
            checks.tensor("out.up", up);
        }
    }

    private static void image(ParityCase parityCase, Checks checks, NDManager manager, String name, RgbImage image)
            throws IOException {
        checks.fact("in." + name + "_head", startsWith(image, parityCase, "in." + name + "_head"));
        String videoInput = "out." + name + ".video_input";
        var about = parityCase.about(videoInput);
        int size = about.path("full_shape").get(1).asInt();
        var frame = Resize.image(image, size, size, Filter.BICUBIC_ANTIALIASED);
        var places = StoredSlice.places(about.path("stored").asText(), new long[] {3, size, size});
        int kept = places.length / 3; // channels first there, last in the 8-bit tensor
        var bytes = new int[places.length];
        for (int i = 0; i < kept; i++) {
            for (int c = 0; c < 3; c++) {
                bytes[3 * i + c] = frame.rgb()[3 * places[i] + c] & 0xFF;
            }
        }
        checks.rounded("out." + name + ".video_u8", bytes, ROUNDED_SHARE);
        checks.tensor(videoInput, ImageInput.normalised(manager, frame).squeeze(0));
        checks.tensor(
                "out." + name + ".image_input",
                ImageInput.resized(manager, image, size).squeeze(0));
    }

    private static boolean startsWith(RgbImage image, ParityCase parityCase, String tensor) throws IOException {
        long[] shape = parityCase.shape(tensor); // rows, columns, 3
        float[] want = parityCase.values(tensor);
        for (int i = 0; i < want.length; i++) {
            int pixel = i / 3;
            if (image.get((int) (pixel / shape[1]), (int) (pixel % shape[1]), i % 3) != (int) want[i]) {
                return false;
            }
        }
        return true;
    }

    /** The case's integer rule. */
    private static RgbImage image(JsonNode rule) {
        int h = rule.path("h").asInt();
        int w = rule.path("w").asInt();
        long a = rule.path("a").asLong();
        long b = rule.path("b").asLong();
        long e = rule.path("e").asLong();
        var rgb = new byte[h * w * 3];
        for (long y = 0; y < h; y++) {
            for (long x = 0; x < w; x++) {
                for (int c = 0; c < 3; c++) {
                    long smooth = x * x * (a + c) + y * y * b + e * x * y >> 6;
                    long steps = (x * 7 + y * 13) * (c + 1);
                    long noise = x * y * 2654435761L >> 13 & 31;
                    rgb[(int) (y * w + x) * 3 + c] = (byte) (smooth + steps + noise);
                }
            }
        }
        return new RgbImage(h, w, rgb);
    }
}
