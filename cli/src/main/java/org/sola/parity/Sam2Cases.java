package org.sola.parity;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.sola.sam2.Sam2Config;

/** What SAM 2's cases have in common. */
final class Sam2Cases {
    private static final Pattern OFFICIAL = Pattern.compile("(sam2(?:\\.1)?)_hiera_(t|s|b\\+|l)(?!\\w)");
    private static final Map<String, String> SIZES = Map.of("t", "tiny", "s", "small", "b+", "base-plus", "l", "large");

    private Sam2Cases() {}

    /** The configuration that the case names by its official file. */
    static Sam2Config config(ParityCase parityCase, Path modelConfigs) throws IOException {
        String named = parityCase.json().path("config").asText();
        var matcher = OFFICIAL.matcher(named);
        if (!matcher.find()) {
            throw new IOException(parityCase.name() + ": \"" + named + "\" names no size of SAM 2");
        }
        return Sam2Config.read(
                modelConfigs.resolve(matcher.group(1) + "-hiera-" + SIZES.get(matcher.group(2)) + ".yaml"));
    }
}
