package org.sola.groundingdino;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.sola.layer.Conv2d;
import org.sola.layer.Linear;
import org.sola.layer.Mlp;
import org.sola.layer.Observer;
import org.sola.layer.Scoped;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;
import org.sola.text.TransformerEncoder;

/**
 * Grounding DINO (Liu et al. 2023, the open-set OGC models) under the official parameter names. An image and a caption
 * are encoded by themselves, so that each is encoded once however often it is paired; pairs may go through what follows
 * together. N image rows of all levels, T word pieces, C channels, Q queries.
 *
 * <p>A network is immutable and may be used from several threads.
 */
public final class GroundingDino {
    private static final int NORM_GROUPS = 32;

    private final GroundingDinoConfig config;
    private final Swin backbone;
    private final List<Projection> inputProj;
    private final NDArray levelEmbed;
    private final TransformerEncoder bert;
    private final Linear featMap;
    private final FeatureEnhancer encoder;
    private final QuerySelection selection;
    private final Decoder decoder;

    private GroundingDino(GroundingDinoConfig config, Weights weights) {
        this.config = config;
        int channels = config.hiddenDim();
        this.backbone = Swin.of(config.swin(), weights.at("backbone").at(0));
        this.inputProj = projections(config, weights.at("input_proj"));
        this.bert = TransformerEncoder.of(config.text(), weights.at("bert"));
        this.featMap = Linear.of(weights.at("feat_map"), config.text().width(), channels);
        var transformer = weights.at("transformer");
        this.levelEmbed = transformer.get("level_embed", config.levels(), channels);
        this.encoder = FeatureEnhancer.of(config, transformer.at("encoder"));
        this.selection = QuerySelection.of(config, transformer);
        // checkpoints hold a copy of the one box head for every layer, twice
        var boxEmbed = Mlp.relu(weights.at("bbox_embed").at(0), channels, channels, 4, 3);
        this.decoder = Decoder.of(config, transformer.at("decoder"), boxEmbed);
    }

    /** @param weights a view at the level of {@code backbone} and {@code transformer} */
    public static GroundingDino of(GroundingDinoConfig config, Weights weights) {
        return new GroundingDino(config, weights);
    }

    /**
     * A network from a checkpoint as its users have it: with the official names, as saved from a model that was spread over
     * several cards, or with those of the transformers library. What the network does not know is refused.
     *
     * @param checkpoint a whole file
     */
    public static GroundingDino ofCheckpoint(GroundingDinoConfig config, Weights checkpoint) {
        var official = HuggingFaceNames.are(checkpoint) ? HuggingFaceNames.official(checkpoint) : checkpoint;
        boolean isWrapped = official.has("module.transformer.level_embed");
        var network = of(config, isWrapped ? official.at("module") : official);
        official.requireAllUsed(GroundingDino::isIgnored);
        return network;
    }

    /** Whether a checkpoint's parameter is derived, a copy or for training only. */
    public static boolean isIgnored(String parameter) {
        return parameter.endsWith("relative_position_index")
                || parameter.endsWith("bert.embeddings.position_ids")
                || parameter.endsWith("label_enc.weight")
                || parameter.contains("bert.pooler.")
                || parameter.contains("bbox_embed.") && !parameter.contains("enc_out_bbox_embed");
    }

    private record Projection(Conv2d conv, NDArray normWeight, NDArray normBias) {
        NDArray forward(NDArray map) {
            return Kernels.groupNorm(conv.forward(map), NORM_GROUPS, normWeight, normBias);
        }
    }

    private static List<Projection> projections(GroundingDinoConfig config, Weights weights) {
        int channels = config.hiddenDim();
        var in = Swin.outputChannels(config.swin());
        return IntStream.range(0, config.levels())
                .mapToObj(i -> {
                    var conv = weights.at(i).at(0);
                    var norm = weights.at(i).at(1);
                    return new Projection(
                            i < in.size()
                                    ? Conv2d.pointwise(conv, in.get(i), channels)
                                    : Conv2d.of(conv, in.get(in.size() - 1), channels, 3, 2, 1, 1),
                            norm.get("weight", channels),
                            norm.get("bias", channels));
                })
                .toList();
    }

    public GroundingDinoConfig config() {
        return config;
    }

    /** An image (1, 3, H, W), normalised; the caller closes the result. */
    public ImageMemory encodeImage(NDArray image, Observer observer) {
        return encodeImages(image, observer).get(0);
    }

    /** Images of one size (B, 3, H, W), normalised, in one pass; the caller closes the results. */
    public List<ImageMemory> encodeImages(NDArray images, Observer observer) {
        var sizes = new ArrayList<Levels.Size>();
        var rows = Scoped.array(() -> {
            var maps = backbone.forward(images, observer);
            var flat = new NDList();
            for (int i = 0; i < inputProj.size(); i++) {
                var map = inputProj.get(i).forward(maps.get(Math.min(i, maps.size() - 1)));
                var shape = map.getShape();
                sizes.add(new Levels.Size((int) shape.get(2), (int) shape.get(3)));
                flat.add(map.reshape(shape.get(0), config.hiddenDim(), -1).transpose(0, 2, 1));
            }
            return Kernels.contiguous(NDArrays.concat(flat, 1)); // (B, N, C)
        });
        observer.see("enc_src", rows);
        var levels = new Levels(sizes);
        var positions = positions(images.getManager(), levels);
        observer.see("enc_pos", positions);
        var memories = new ArrayList<ImageMemory>();
        for (int b = 0; b < rows.getShape().get(0); b++) {
            memories.add(new ImageMemory(rows.get(b), b == 0 ? positions : positions.get(":"), levels));
        }
        rows.close();
        return memories;
    }

    /** Where each row lies, and on which level: (N, C). */
    private NDArray positions(NDManager manager, Levels levels) {
        return Scoped.array(() -> {
            var sine = SinePosition.image(manager, levels, config.hiddenDim(), config.positionTemperature());
            var ofLevel = new NDList();
            for (int i = 0; i < levels.count(); i++) {
                ofLevel.add(
                        sine.get(levels.start(i) + ":" + levels.start(i + 1)).add(levelEmbed.get(i + ":" + (i + 1))));
            }
            return NDArrays.concat(ofLevel, 0);
        });
    }

    /** A caption's piece numbers, [CLS] and [SEP] included; the caller closes the result. */
    public TextMemory encodeText(NDManager manager, long[] ids, Observer observer) {
        int size = Math.min(ids.length, config.maxTextPieces());
        // the blocks of the whole caption, cut only then, as the official code does
        var blocks = TextBlocks.ofFirst(size, ids);
        long[][] pieces = {java.util.Arrays.copyOf(ids, size)};
        var mask = TransformerEncoder.pairMask(manager, new boolean[][][] {blocks.sees()});
        var rows = Scoped.array(() -> {
            var embedded = bert.embed(manager, pieces, new long[][] {blocks.positions()}, new long[1][size]);
            observer.see("bert_embeddings", embedded);
            var hidden = bert.encode(embedded, Optional.of(mask), (layer, x) -> observer.see("bert_layer_" + layer, x));
            observer.see("bert_last_hidden_state", hidden);
            return featMap.forward(hidden.squeeze(0));
        });
        observer.see("encoded_text", rows);
        var positions = SinePosition.text(manager, blocks.positions(), config.hiddenDim());
        observer.see("enc_text_pos", positions);
        return new TextMemory(rows, positions, mask);
    }

    /**
     * What the network says of an image and a caption.
     *
     * @param logits (Q, T), of each word piece for each query
     * @param boxes (Q, 4), centre x, centre y, width and height in 0..1 of the image
     */
    public record Output(NDArray logits, NDArray boxes) implements AutoCloseable {
        @Override
        public void close() {
            logits.close();
            boxes.close();
        }
    }

    /** Pairs an image with a caption; the caller closes the result. */
    public Output detect(ImageMemory image, TextMemory text, Observer observer) {
        return detect(List.of(image), List.of(text), observer).get(0);
    }

    /**
     * Pairs each image with the caption at its place, in one pass: images of any sizes, captions of any lengths, each of them
     * in as many pairs as wanted. The numbers are those of each pair by itself but for rounding; the caller closes them.
     */
    public List<Output> detect(List<ImageMemory> images, List<TextMemory> texts, Observer observer) {
        var batch = new Batch(images, texts);
        int[] queries = selection.counts(batch);
        var outputs = Scoped.list(() -> {
            var memory = encoder.forward(batch, observer);
            var rows = memory.get(0);
            var words = memory.get(1);
            var start = selection.forward(rows, words, batch, observer);
            var looksAt = new Decoder.Memory(
                    rows, words, batch, batch.paddingMask(), Batch.paddingMask(rows.getManager(), queries));
            var refined = decoder.forward(start.get(0), start.get(1), looksAt, observer);
            var found = new NDList();
            for (int b = 0; b < batch.size(); b++) {
                var own = new NDIndex("{}, 0:{}", b, queries[b]);
                found.add(refined.get(0).get(own).matMul(batch.ofText(words, b).transpose()));
                found.add(refined.get(1).get(own));
            }
            return found;
        });
        var answers = new ArrayList<Output>();
        for (int b = 0; b < batch.size(); b++) {
            observer.see("pred_logits", outputs.get(2 * b));
            observer.see("pred_boxes", outputs.get(2 * b + 1));
            answers.add(new Output(outputs.get(2 * b), outputs.get(2 * b + 1)));
        }
        return List.copyOf(answers);
    }
}
