package org.sola.parity;

import java.io.IOException;
import java.util.Map;
import org.sola.image.Filter;
import org.sola.image.Normalisation;
import org.sola.image.OpenCvResize;
import org.sola.image.Resize;
import org.sola.image.RgbImage;

/** Resizing of images and masks as torch, Pillow and OpenCV do it, alone and in front of each network. */
final class ResizeRunner implements ParityRunner {
    private static final Map<String, Filter> FILTERS = Map.of(
            "bilinear", Filter.BILINEAR,
            "bilinear_antialias", Filter.BILINEAR_ANTIALIASED,
            "bicubic", Filter.BICUBIC,
            "bicubic_antialias", Filter.BICUBIC_ANTIALIASED);
    private static final Normalisation CLIP = Normalisation.of(
            new float[] {0.48145466f, 0.4578275f, 0.40821073f}, new float[] {0.26862954f, 0.26130258f, 0.27577711f});
    private static final Normalisation HALF =
            Normalisation.of(new float[] {0.5f, 0.5f, 0.5f}, new float[] {0.5f, 0.5f, 0.5f});
    private static final float ALPHA_MEAN = 0.5f;
    private static final float ALPHA_DEVIATION = 0.26f;
    private static final int SAM_SIDE = 1024;
    private static final int BEIT_SIDE = 224;

    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.json().has("size_rules [height, width]") && parityCase.has("in.mask");
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        for (String name : parityCase.tensorNames("out.")) {
            String[] parts = name.split("\\."); // out, operator, input, size
            if (parts.length == 3) {
                network(parityCase, checks, name, parts[1], parts[2]);
                continue;
            }
            String[] sides = parts[3].split("x");
            int height = Integer.parseInt(sides[0]);
            int width = Integer.parseInt(sides[1]);
            if (parts[2].equals("mask")) {
                checks.tensor(name, mask(parityCase, parts[1], height, width), height, width);
            } else {
                operator(parityCase, checks, name, parts[1], image(parityCase, parts[2]), height, width);
            }
        }
    }

    private static float[] mask(ParityCase parityCase, String operator, int height, int width) throws IOException {
        var mask = parityCase.mask("in.mask");
        return switch (operator) {
            case "nearest" -> floats(mask.resizeNearest(height, width).toBytes());
            case "nearest_exact" ->
                floats(mask.resizeNearestExact(height, width).toBytes());
            case "cv2_linear_mask" ->
                floats(OpenCvResize.linear(mask.toBytes(), 1, mask.height(), mask.width(), height, width));
            case "bilinear_above_half" -> {
                float[] planes = Resize.planes(
                        parityCase.values("in.mask"), 1, mask.height(), mask.width(), height, width, Filter.BILINEAR);
                for (int i = 0; i < planes.length; i++) {
                    planes[i] = planes[i] > 0.5f ? 1 : 0;
                }
                yield planes;
            }
            default -> throw new IllegalArgumentException("no way to resize masks is called " + operator);
        };
    }

    private static void operator(
            ParityCase parityCase, Checks checks, String name, String operator, RgbImage image, int height, int width)
            throws IOException {
        if (FILTERS.containsKey(operator)) {
            checks.tensor(name, planes(image, height, width, FILTERS.get(operator)), 3, height, width);
            return;
        }
        byte[] bytes =
                switch (operator) {
                    case "pil_bilinear", "bilinear_antialias_uint8" ->
                        Resize.image(image, height, width, Filter.BILINEAR_ANTIALIASED)
                                .rgb();
                    case "pil_bicubic" ->
                        Resize.image(image, height, width, Filter.BICUBIC_ANTIALIASED)
                                .rgb();
                    case "cv2_linear" ->
                        OpenCvResize.linear(image.rgb(), 3, image.height(), image.width(), height, width);
                    default -> throw new IllegalArgumentException("no operator is called " + operator);
                };
        checks.tensor(name, floats(bytes), height, width, 3);
    }

    private static void network(ParityCase parityCase, Checks checks, String name, String network, String input)
            throws IOException {
        var image = image(parityCase, input);
        switch (network) {
            case "sam2_image" ->
                checks.tensor(
                        name,
                        Normalisation.IMAGENET.applyInPlace(
                                planes(image, SAM_SIDE, SAM_SIDE, Filter.BILINEAR_ANTIALIASED)),
                        3,
                        SAM_SIDE,
                        SAM_SIDE);
            case "sam2_video" ->
                checks.tensor(
                        name,
                        Normalisation.IMAGENET.apply(
                                Resize.image(image, SAM_SIDE, SAM_SIDE, Filter.BICUBIC_ANTIALIASED)),
                        3,
                        SAM_SIDE,
                        SAM_SIDE);
            case "evf_sam" -> checks.tensor(name, padded(image), 3, SAM_SIDE, SAM_SIDE);
            case "beit3", "beit3_no_antialias" -> {
                var filter = network.equals("beit3") ? Filter.BICUBIC_ANTIALIASED : Filter.BICUBIC;
                checks.tensor(
                        name, HALF.applyInPlace(planes(image, BEIT_SIDE, BEIT_SIDE, filter)), 3, BEIT_SIDE, BEIT_SIDE);
            }
            case "alphaclip_224", "alphaclip_336" -> {
                int side = Integer.parseInt(network.substring("alphaclip_".length()));
                checks.tensor(name, CLIP.apply(cropped(image, side)), 3, side, side);
            }
            case "alphaclip_mask_336" -> alpha(parityCase, checks, name, "in.alpha." + input);
            default -> throw new IllegalArgumentException("no preprocessing is called " + network);
        }
    }

    private static float[] planes(RgbImage image, int height, int width, Filter filter) {
        return Resize.planes(Normalisation.unitPlanes(image), 3, image.height(), image.width(), height, width, filter);
    }

    /** The long side at 1024, normalised, then zeros to the right and below. */
    private static float[] padded(RgbImage image) {
        double scale = (double) SAM_SIDE / Math.max(image.height(), image.width());
        int height = (int) (image.height() * scale + 0.5);
        int width = (int) (image.width() * scale + 0.5);
        float[] small = Normalisation.IMAGENET.apply(Resize.image(image, height, width, Filter.BILINEAR_ANTIALIASED));
        var padded = new float[3 * SAM_SIDE * SAM_SIDE];
        for (int row = 0; row < 3 * height; row++) {
            int channel = row / height;
            System.arraycopy(small, row * width, padded, (channel * SAM_SIDE + row % height) * SAM_SIDE, width);
        }
        return padded;
    }

    /** The short side at {@code side}, then the square in the middle. */
    private static RgbImage cropped(RgbImage image, int side) {
        boolean isWide = image.width() > image.height();
        int height = isWide ? side : (int) ((long) side * image.height() / image.width());
        int width = isWide ? (int) ((long) side * image.width() / image.height()) : side;
        var resized = Resize.image(image, height, width, Filter.BICUBIC_ANTIALIASED);
        int top = (int) Math.rint((height - side) / 2.0);
        int left = (int) Math.rint((width - side) / 2.0);
        var rgb = new byte[side * side * 3];
        for (int y = 0; y < side; y++) {
            System.arraycopy(resized.rgb(), ((top + y) * width + left) * 3, rgb, y * side * 3, side * 3);
        }
        return new RgbImage(side, side, rgb);
    }

    private static void alpha(ParityCase parityCase, Checks checks, String name, String input) throws IOException {
        long[] shape = parityCase.shape(input);
        float[] values = parityCase.values(input);
        float most = 0;
        for (float value : values) {
            most = Math.max(most, value);
        }
        for (int i = 0; i < values.length; i++) {
            values[i] /= most;
        }
        float[] planes =
                Resize.planes(values, 1, (int) shape[0], (int) shape[1], 336, 336, Filter.BILINEAR_ANTIALIASED);
        for (int i = 0; i < planes.length; i++) {
            planes[i] = (planes[i] - ALPHA_MEAN) / ALPHA_DEVIATION;
        }
        checks.tensor(name, planes, 1, 336, 336);
    }

    private static RgbImage image(ParityCase parityCase, String name) throws IOException {
        long[] shape = parityCase.shape("in." + name);
        float[] values = parityCase.values("in." + name);
        var rgb = new byte[values.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (int) values[i];
        }
        return new RgbImage((int) shape[0], (int) shape[1], rgb);
    }

    private static float[] floats(byte[] bytes) {
        var floats = new float[bytes.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = bytes[i] & 0xFF;
        }
        return floats;
    }
}
