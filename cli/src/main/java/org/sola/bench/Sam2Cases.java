package org.sola.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** SAM 2's benchmark cases by name: the image encoder of each size, and the parts that all sizes share. */
public final class Sam2Cases {
    private static final Map<String, String> SIZES = Map.of(
            "t", "sam2.1-hiera-tiny",
            "s", "sam2.1-hiera-small",
            "b+", "sam2.1-hiera-base-plus",
            "l", "sam2.1-hiera-large");

    /** With so many frames behind, an object sees all the memories that it can: 7 spatial ones and 16 pointers. */
    private static final int FULL_BANK = 16;

    private Sam2Cases() {}

    /** All names, in the order in which they are measured. */
    public static List<String> names() {
        var names = new ArrayList<String>();
        List.of("t", "s", "b+", "l").forEach(size -> names.add("image-encoder-" + size));
        List.of(1, 2, 7).forEach(frames -> names.add("memory-attention-" + frames));
        names.add("sam-heads");
        names.add("memory-encoder");
        List.of(16, 32).forEach(points -> names.add("amg-" + points));
        List.of(1, 4, 16).forEach(objects -> names.add("track-" + objects));
        return List.copyOf(names);
    }

    /** Sets a case up. */
    public static BenchmarkCase open(String name, Sam2Networks networks) throws IOException {
        if (!names().contains(name)) {
            throw new IllegalArgumentException(
                    "no case is called \"" + name + "\"; there are: " + String.join(", ", names()));
        }
        String last = name.substring(name.lastIndexOf('-') + 1);
        if (name.startsWith("image-encoder-")) {
            return EncoderCase.of(networks, SIZES.get(last));
        }
        if (name.startsWith("amg-")) {
            return MaskGeneratorCase.of(networks, Integer.parseInt(last));
        }
        if (name.startsWith("memory-attention-")) {
            int frames = Integer.parseInt(last);
            int behind = frames < 7 ? frames : FULL_BANK;
            return TrackingCase.of(networks, 1, behind, TrackingCase.Part.MEMORY_ATTENTION);
        }
        return switch (name) {
            case "sam-heads" -> TrackingCase.of(networks, 1, 1, TrackingCase.Part.HEADS);
            case "memory-encoder" -> TrackingCase.of(networks, 1, 1, TrackingCase.Part.MEMORY_ENCODER);
            default -> TrackingCase.of(networks, Integer.parseInt(last), FULL_BANK, TrackingCase.Part.ALL);
        };
    }
}
