package org.sola.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.sola.tensor.Checkpoint;

/** Tells which model a checkpoint is. */
final class ModelIdentity {
    private static final String WORDS = "embeddings.word_embeddings.weight";
    private static final String SWIN = "backbone.0.patch_embed.proj.weight";

    private static final String MASK_STEM = "conv1_alpha.weight";

    private static final String CUTIE_QUERIES = "object_transformer.query_init.weight";
    private static final String CUTIE_STEM = "pix_feat_proj.weight";

    private static final String FUSION_WORDS = "mm_extractor.beit3.text_embed.weight";
    private static final String SAM_PATCHES = "visual_model.image_encoder.patch_embed.proj.weight";
    private static final String SAM_2_PATCHES = "visual_model.image_encoder.trunk.patch_embed.proj.weight";

    private final Path configs;

    /** @param configs the folder of the models' configurations */
    ModelIdentity(Path configs) {
        this.configs = configs;
    }

    /** Which model the tensors are: what the file says of itself, else what names and shapes tell. */
    String of(Checkpoint file) throws IOException {
        String said = file.metadata().get("model");
        if (said != null) {
            return said;
        }
        var names = file.tensors().keySet();
        if (names.contains(FUSION_WORDS) && (names.contains(SAM_PATCHES) || names.contains(SAM_2_PATCHES))) {
            return "EVF-SAM (" + evfSamName(file) + ")";
        }
        String patches = names.stream()
                .filter(name -> name.endsWith("image_encoder.trunk.patch_embed.proj.weight"))
                .findFirst()
                .orElse(null);
        if (patches != null) {
            String prefix = patches.substring(0, patches.length() - "patch_embed.proj.weight".length());
            long width = file.info(patches).shape().get(0);
            long blocks = names.stream()
                    .filter(name -> name.startsWith(prefix + "blocks.") && name.endsWith("norm1.weight"))
                    .count();
            boolean newer = names.stream().anyMatch(name -> name.endsWith("no_obj_embed_spatial"));
            return "SAM 2" + (newer ? ".1" : ".0") + " (" + sizeName(width, blocks, newer) + ")";
        }
        if (names.contains("short_motion_encoder.0.weight") && names.contains("negative_token.weight")) {
            return "SOLA selector (" + selectorName(file) + ")";
        }
        for (String prefix : List.of("", "bert.", "roberta.")) {
            if (names.contains(prefix + WORDS)) {
                return "text encoder (" + textEncoderName(file, prefix) + ")";
            }
        }
        for (String prefix : List.of("", "module.")) {
            if (names.contains(prefix + "transformer.level_embed") && names.contains(prefix + SWIN)) {
                return "Grounding DINO ("
                        + detectorName(file.info(prefix + SWIN).shape().get(0)) + ")";
            }
        }
        for (String prefix : List.of("", "visual.")) {
            if (names.contains(prefix + MASK_STEM)) {
                return "Alpha-CLIP (" + alphaClipName(file, prefix + MASK_STEM) + ")";
            }
        }
        if (names.contains("visual.conv1.weight") && names.contains("token_embedding.weight")) {
            return "CLIP, the text side of an Alpha-CLIP";
        }
        if (names.contains(CUTIE_QUERIES) && names.contains(CUTIE_STEM)) {
            return "Cutie (" + cutieName(file) + ")";
        }
        return "unknown: names and shapes fit no model of this program";
    }

    private String cutieName(Checkpoint file) throws IOException {
        long width = last(file.info(CUTIE_QUERIES).shape(), 1);
        long features = file.info(CUTIE_STEM).shape().get(1);
        var yaml = new ObjectMapper(new YAMLFactory());
        for (var config : ModelCatalogue.files(configs, ".yaml")) {
            var tree = yaml.readTree(config.toFile());
            var encoder = tree.path("pixelEncoder");
            long deepest = encoder.path("stemDim").asLong()
                    * (encoder.path("bottleneck").asBoolean() ? 16 : 4);
            if (tree.has("maskEncoder") && tree.path("embedDim").asLong() == width && deepest == features) {
                return ModelCatalogue.nameOf(config, ".yaml");
            }
        }
        return "of no known size: width " + width + ", frame features of " + features + " channels";
    }

    private String evfSamName(Checkpoint file) throws IOException {
        long fusion = last(file.info(FUSION_WORDS).shape(), 1);
        boolean isFirst = file.tensors().containsKey(SAM_PATCHES);
        long sam = file.info(isFirst ? SAM_PATCHES : SAM_2_PATCHES).shape().get(0);
        var yaml = new ObjectMapper(new YAMLFactory());
        for (var config : ModelCatalogue.files(configs, ".yaml")) {
            var tree = yaml.readTree(config.toFile());
            var drawing = isFirst
                    ? tree.path("sam").path("width")
                    : tree.path("sam2").path("network").path("hiera").path("embedDim");
            if (tree.path("fusion").path("width").asLong() == fusion && drawing.asLong() == sam) {
                return ModelCatalogue.nameOf(config, ".yaml");
            }
        }
        return "of no known size: widths " + fusion + " and " + sam;
    }

    private String textEncoderName(Checkpoint file, String prefix) throws IOException {
        var shape = file.info(prefix + WORDS).shape();
        long layers = file.tensors().keySet().stream()
                .filter(name ->
                        name.startsWith(prefix + "encoder.layer.") && name.endsWith(".attention.self.query.weight"))
                .count();
        var yaml = new ObjectMapper(new YAMLFactory());
        for (var config : ModelCatalogue.files(configs, ".yaml")) {
            var tree = yaml.readTree(config.toFile());
            if (tree.has("tokenizer")
                    && tree.path("vocabulary").asLong() == last(shape, 2)
                    && tree.path("width").asLong() == last(shape, 1)
                    && tree.path("layers").asLong() == layers) {
                return ModelCatalogue.nameOf(config, ".yaml");
            }
        }
        return "of no known size: " + last(shape, 2) + " word pieces, tokens of " + last(shape, 1) + " values, "
                + layers + " layers";
    }

    private String alphaClipName(Checkpoint file, String stem) throws IOException {
        long width = file.info(stem).shape().get(0);
        var yaml = new ObjectMapper(new YAMLFactory());
        for (var config : ModelCatalogue.files(configs, ".yaml")) {
            if (yaml.readTree(config.toFile()).path("vision").path("width").asLong() == width) {
                return ModelCatalogue.nameOf(config, ".yaml");
            }
        }
        return "of no known size: width " + width;
    }

    private String detectorName(long width) throws IOException {
        var yaml = new ObjectMapper(new YAMLFactory());
        for (var config : ModelCatalogue.files(configs, ".yaml")) {
            if (yaml.readTree(config.toFile()).path("swin").path("embedDim").asLong() == width) {
                return ModelCatalogue.nameOf(config, ".yaml");
            }
        }
        return "of no known size: width " + width;
    }

    private String sizeName(long width, long blocks, boolean newer) throws IOException {
        var yaml = new ObjectMapper(new YAMLFactory());
        for (var config : ModelCatalogue.files(configs, ".yaml")) {
            var tree = yaml.readTree(config.toFile());
            long total = 0;
            for (var stage : tree.path("hiera").path("stages")) {
                total += stage.asLong();
            }
            boolean same = tree.path("hiera").path("embedDim").asLong() == width && total == blocks;
            if (same && tree.path("version21").asBoolean() == newer) {
                return ModelCatalogue.nameOf(config, ".yaml");
            }
        }
        return "of no known size: width " + width + ", " + blocks + " blocks";
    }

    private String selectorName(Checkpoint file) throws IOException {
        long objectTokens = last(file.info("short_motion_encoder.0.weight").shape(), 2);
        long textTokens = last(file.info("negative_token.weight").shape(), 1);
        var yaml = new ObjectMapper(new YAMLFactory());
        for (var config : ModelCatalogue.files(configs, ".yaml")) {
            var tree = yaml.readTree(config.toFile());
            if (tree.path("objectTokenDim").asLong() == objectTokens
                    && tree.path("langTokenDim").asLong() == textTokens) {
                return ModelCatalogue.nameOf(config, ".yaml");
            }
        }
        return "of no known size: object tokens of " + objectTokens + " values, text tokens of " + textTokens;
    }

    /** The {@code n}-th dimension from the end, 0 where there are fewer. */
    private static long last(List<Long> shape, int n) {
        return shape.size() < n ? 0 : shape.get(shape.size() - n);
    }
}
