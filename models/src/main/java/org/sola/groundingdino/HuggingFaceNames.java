package org.sola.groundingdino;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sola.tensor.Weights;

/**
 * The official parameter names of a checkpoint that the transformers library has written
 * ({@code GroundingDinoForObjectDetection}). Its attention keeps queries, keys and values apart, and its box heads may be
 * stored once or once a layer.
 */
final class HuggingFaceNames {
    private static final String SWIN = "^model\\.backbone\\.conv_encoder\\.model\\.";
    private static final String BLOCK = SWIN + "encoder\\.layers\\.(\\d+)\\.blocks\\.(\\d+)\\.";
    private static final String ENCODER = "^model\\.encoder\\.layers\\.(\\d+)\\.";
    private static final String DECODER = "^model\\.decoder\\.layers\\.(\\d+)\\.";

    /** A rule turns the beginning of a name. */
    private record Rule(Pattern stored, String official) {
        static Rule of(String stored, String official) {
            return new Rule(Pattern.compile(stored), official);
        }
    }

    /** The first that matches counts. */
    private static final List<Rule> RULES = List.of(
            Rule.of(SWIN + "embeddings\\.patch_embeddings\\.projection", "backbone.0.patch_embed.proj"),
            Rule.of(SWIN + "embeddings\\.norm", "backbone.0.patch_embed.norm"),
            Rule.of(BLOCK + "layernorm_before", "backbone.0.layers.$1.blocks.$2.norm1"),
            Rule.of(BLOCK + "layernorm_after", "backbone.0.layers.$1.blocks.$2.norm2"),
            Rule.of(BLOCK + "attention\\.output\\.dense", "backbone.0.layers.$1.blocks.$2.attn.proj"),
            Rule.of(BLOCK + "attention\\.self\\.", "backbone.0.layers.$1.blocks.$2.attn."),
            Rule.of(BLOCK + "intermediate\\.dense", "backbone.0.layers.$1.blocks.$2.mlp.fc1"),
            Rule.of(BLOCK + "output\\.dense", "backbone.0.layers.$1.blocks.$2.mlp.fc2"),
            Rule.of(SWIN + "encoder\\.layers\\.(\\d+)\\.downsample", "backbone.0.layers.$1.downsample"),
            Rule.of(SWIN + "hidden_states_norms\\.stage2", "backbone.0.norm1"),
            Rule.of(SWIN + "hidden_states_norms\\.stage3", "backbone.0.norm2"),
            Rule.of(SWIN + "hidden_states_norms\\.stage4", "backbone.0.norm3"),
            Rule.of("^model\\.input_proj_vision", "input_proj"),
            Rule.of("^model\\.text_backbone", "bert"),
            Rule.of("^model\\.text_projection", "feat_map"),
            Rule.of("^model\\.query_position_embeddings", "transformer.tgt_embed"),
            Rule.of("^model\\.encoder_output_bbox_embed", "transformer.enc_out_bbox_embed"),
            Rule.of("^model\\.(level_embed|enc_output|enc_output_norm)", "transformer.$1"),
            Rule.of(ENCODER + "fusion_layer\\.vision_param$", "transformer.encoder.fusion_layers.$1.gamma_v"),
            Rule.of(ENCODER + "fusion_layer\\.text_param$", "transformer.encoder.fusion_layers.$1.gamma_l"),
            Rule.of(ENCODER + "fusion_layer\\.layer_norm_vision", "transformer.encoder.fusion_layers.$1.layer_norm_v"),
            Rule.of(ENCODER + "fusion_layer\\.layer_norm_text", "transformer.encoder.fusion_layers.$1.layer_norm_l"),
            Rule.of(
                    ENCODER + "fusion_layer\\.attn\\.(values_|out_|)vision_proj",
                    "transformer.encoder.fusion_layers.$1.attn.$2v_proj"),
            Rule.of(
                    ENCODER + "fusion_layer\\.attn\\.(values_|out_|)text_proj",
                    "transformer.encoder.fusion_layers.$1.attn.$2l_proj"),
            Rule.of(ENCODER + "text_enhancer_layer\\.fc", "transformer.encoder.text_layers.$1.linear"),
            Rule.of(ENCODER + "text_enhancer_layer\\.layer_norm_before", "transformer.encoder.text_layers.$1.norm1"),
            Rule.of(ENCODER + "text_enhancer_layer\\.layer_norm_after", "transformer.encoder.text_layers.$1.norm2"),
            Rule.of(ENCODER + "text_enhancer_layer\\.", "transformer.encoder.text_layers.$1."),
            Rule.of(ENCODER + "deformable_layer\\.fc", "transformer.encoder.layers.$1.linear"),
            Rule.of(ENCODER + "deformable_layer\\.self_attn_layer_norm", "transformer.encoder.layers.$1.norm1"),
            Rule.of(ENCODER + "deformable_layer\\.final_layer_norm", "transformer.encoder.layers.$1.norm2"),
            Rule.of(ENCODER + "deformable_layer\\.", "transformer.encoder.layers.$1."),
            Rule.of(DECODER + "self_attn_layer_norm", "transformer.decoder.layers.$1.norm2"),
            Rule.of(DECODER + "encoder_attn_text_layer_norm", "transformer.decoder.layers.$1.catext_norm"),
            Rule.of(DECODER + "encoder_attn_text", "transformer.decoder.layers.$1.ca_text"),
            Rule.of(DECODER + "encoder_attn_layer_norm", "transformer.decoder.layers.$1.norm1"),
            Rule.of(DECODER + "encoder_attn", "transformer.decoder.layers.$1.cross_attn"),
            Rule.of(DECODER + "final_layer_norm", "transformer.decoder.layers.$1.norm3"),
            Rule.of(DECODER + "fc", "transformer.decoder.layers.$1.linear"),
            Rule.of(DECODER, "transformer.decoder.layers.$1."),
            Rule.of("^model\\.decoder\\.layer_norm", "transformer.decoder.norm"),
            Rule.of("^model\\.decoder\\.reference_points_head", "transformer.decoder.ref_point_head"),
            Rule.of("^(model\\.decoder\\.)?bbox_embed\\.\\d+\\.", "bbox_embed.0."));

    /** BERT is the library's own and keeps its three matrices. */
    private static final Pattern APART = Pattern.compile("^(?!bert\\.)(.*)\\.(query|key|value)\\.(weight|bias)$");

    private static final List<String> ORDER = List.of("query", "key", "value");

    private HuggingFaceNames() {}

    /** Whether a checkpoint has that library's names. */
    static boolean are(Weights weights) {
        return weights.has("model.query_position_embeddings.weight");
    }

    /** The same weights under the official names. */
    static Weights official(Weights weights) {
        return weights.renamed(byOfficialName(weights.names()));
    }

    /** The stored names of every official one; names that no rule knows stand for themselves. */
    static Map<String, List<String>> byOfficialName(Set<String> stored) {
        var parts = new LinkedHashMap<String, String[]>();
        var names = new LinkedHashMap<String, List<String>>();
        for (String name : new TreeSet<>(stored)) {
            String official = turned(name);
            Matcher apart = APART.matcher(official);
            if (apart.matches()) {
                String block = apart.group(1);
                String joined = block.startsWith("backbone.")
                        ? block + ".qkv." + apart.group(3)
                        : block + ".in_proj_" + apart.group(3);
                parts.computeIfAbsent(joined, key -> new String[ORDER.size()])[ORDER.indexOf(apart.group(2))] = name;
            } else {
                names.putIfAbsent(official, List.of(name));
            }
        }
        parts.forEach((official, three) -> {
            var present = new ArrayList<>(Arrays.asList(three));
            present.removeIf(java.util.Objects::isNull);
            names.put(official, List.copyOf(present));
        });
        return Collections.unmodifiableMap(names);
    }

    private static String turned(String name) {
        for (var rule : RULES) {
            var matcher = rule.stored().matcher(name);
            if (matcher.find()) {
                return matcher.replaceFirst(rule.official());
            }
        }
        return name;
    }
}
