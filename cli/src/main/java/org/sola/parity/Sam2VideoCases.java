package org.sola.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.sola.image.RgbImage;
import org.sola.sam2.FeatureStore;
import org.sola.sam2.ImageInput;
import org.sola.sam2.Sam2;
import org.sola.sam2.Sam2Config;
import org.sola.sam2.VideoSettings;

/** What SAM 2's video cases say of model, settings and frames. */
final class Sam2VideoCases {
    private static final Pattern IMAGE_SIZE = Pattern.compile("image_size (\\d+)");
    private static final Pattern OVERRIDE = Pattern.compile("\\+*model\\.(\\w+)=(\\S+)");

    private Sam2VideoCases() {}

    /** The size that the case names; without an image encoder any size will do, as the rest is the same in all. */
    static Sam2Config config(ParityCase parityCase, Path modelConfigs) throws IOException {
        String named = parityCase.json().path("config").asText();
        var config = named.contains("_hiera_")
                ? Sam2Cases.config(parityCase, modelConfigs)
                : Sam2Config.read(modelConfigs.resolve(
                        named.startsWith("sam2.0") ? "sam2-hiera-tiny.yaml" : "sam2.1-hiera-tiny.yaml"));
        var size = IMAGE_SIZE.matcher(named);
        return size.find() ? config.withImageSize(Integer.parseInt(size.group(1))) : config;
    }

    static VideoSettings settings(ParityCase parityCase) throws IOException {
        var json = parityCase.json();
        int stride = 1;
        int conditioningFrames = Integer.MAX_VALUE;
        boolean correctionsCondition = false;
        boolean nonOverlapping = false;
        for (var override : json.path("overrides")) {
            var matcher = OVERRIDE.matcher(override.asText());
            String key = matcher.matches() ? matcher.group(1) : override.asText();
            String value = matcher.matches() ? matcher.group(2) : "";
            switch (key) {
                case "memory_temporal_stride_for_eval" -> stride = Integer.parseInt(value);
                case "max_cond_frames_in_attn" ->
                    conditioningFrames = value.equals("-1") ? Integer.MAX_VALUE : Integer.parseInt(value);
                case "add_all_frames_to_correct_as_cond" -> correctionsCondition = Boolean.parseBoolean(value);
                case "non_overlap_masks" -> nonOverlapping = Boolean.parseBoolean(value);
                default ->
                    throw new IOException(parityCase.name() + ": the override \"" + override.asText()
                            + "\" is not one of the settings that can be changed");
            }
        }
        boolean rounds = json.path("memory_storage").asText().startsWith("bfloat16");
        return VideoSettings.official()
                .withMemory(stride, conditioningFrames, rounds)
                .withMasks(nonOverlapping, 0)
                .withCorrectionsAsConditioning(correctionsCondition);
    }

    /** The frames of the integer rule, encoded; a smaller network input keeps every n-th row and column. */
    static FeatureStore encodedFrames(ParityCase parityCase, NDManager manager, Sam2 model) throws IOException {
        int size = model.config().imageSize();
        var constants = parityCase.json().path("frame_rule_constants");
        int frames = parityCase.json().path("video").path("frames").asInt();
        Iterator<NDArray> inputs = IntStream.range(0, frames)
                .mapToObj(t -> ImageInput.normalised(manager, everyNth(FrameRule.frame(constants, t), size)))
                .iterator();
        return FeatureStore.encode(
                manager, inputs, model.image().imageEncoder()::forward, FeatureStore.Limits.standard());
    }

    private static RgbImage everyNth(RgbImage image, int size) {
        int n = image.width() / size;
        if (n == 1) {
            return image;
        }
        var rgb = new byte[size * size * 3];
        for (int i = 0; i < rgb.length; i++) {
            int pixel = i / 3;
            rgb[i] = image.rgb()[(pixel / size * n * image.width() + pixel % size * n) * 3 + i % 3];
        }
        return new RgbImage(size, size, rgb);
    }
}
