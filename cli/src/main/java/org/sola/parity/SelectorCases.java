package org.sola.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.regex.Pattern;
import org.sola.selector.SelectorConfig;

/** What the selector's cases have in common. */
final class SelectorCases {
    private SelectorCases() {}

    /** The configuration in the official code's own keys. */
    static SelectorConfig config(JsonNode official) {
        int object = official.path("object_token_dim").asInt();
        int lang = official.path("lang_token_dim").asInt();
        return new SelectorConfig(
                "selector",
                object,
                lang,
                2 * object,
                lang,
                8,
                official.path("n_layers").asInt(),
                official.path("max_temporal_length").asInt(),
                official.path("n_negative").asInt(),
                official.path("dropout_p").asDouble(0.2),
                official.path("attention_dropout").asDouble(0.1),
                official.path("n_groups").asInt(),
                official.path("n_groups_module").asInt());
    }

    /** An input whose offset and scale {@code inputs} states behind {@code kind}, such as {@code lang_tokens}. */
    static NDArray input(ParityCase parityCase, NDManager manager, String name, String kind, long... shape)
            throws IOException {
        String text = parityCase.json().path("inputs").asText();
        String number = "(-?[0-9.]+(?:e-?[0-9]+)?)";
        var matcher = Pattern.compile(Pattern.quote(kind) + " = formula.*?offset " + number + ", scale "
                        + number.replace("-?[0", "[0"))
                .matcher(text);
        if (!matcher.find()) {
            throw new IOException(parityCase.name() + ": \"inputs\" does not say how " + kind + " are made");
        }
        String scale = matcher.group(2).replaceAll("\\.$", "");
        return parityCase.formula(
                manager, name, Double.parseDouble(matcher.group(1)), Double.parseDouble(scale), shape);
    }
}
