package org.sola.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.sola.text.TextModelConfig;
import org.sola.text.TokenizerKind;
import org.sola.text.TransformerEncoder;

/** BERT and RoBERTa on piece numbers, layer by layer, in a padded batch and alone. */
final class TextNetworkRunner implements ParityRunner {
    private static final String ROW_ALONE = "out.last_hidden_state_row1_alone";

    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.has("in.input_ids")
                && parityCase.json().path("config").has("num_hidden_layers");
    }

    /** The sizes that the case states. */
    private static TextModelConfig config(ParityCase parityCase) {
        var sizes = parityCase.json().path("config");
        boolean countsFromPadding = parityCase.has("out.position_ids");
        int positions = sizes.path("max_position_embeddings").asInt();
        int padding = sizes.path("pad_token_id").asInt();
        return new TextModelConfig(
                parityCase.name(),
                countsFromPadding ? TokenizerKind.BYTE_LEVEL_PAIRS : TokenizerKind.WORD_PIECE,
                sizes.path("vocab_size").asInt(),
                positions,
                sizes.path("type_vocab_size").asInt(),
                sizes.path("hidden_size").asInt(),
                sizes.path("num_hidden_layers").asInt(),
                sizes.path("num_attention_heads").asInt(),
                sizes.path("intermediate_size").asInt(),
                sizes.path("layer_norm_eps").asDouble(),
                padding,
                countsFromPadding,
                countsFromPadding ? positions - padding - 1 : positions);
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var weights = parityCase.weights(manager);
            var encoder = TransformerEncoder.of(config(parityCase), weights);
            weights.requireAllUsed();
            long[][] pieces = Numbers.rows(parityCase, "in.input_ids");
            long[][] positions = encoder.positions(pieces);
            long[][] segments = parityCase.has("in.token_type_ids")
                    ? Numbers.rows(parityCase, "in.token_type_ids")
                    : new long[pieces.length][pieces[0].length];
            var isPiece = Numbers.isSet(Numbers.rows(parityCase, "in.attention_mask"));
            if (parityCase.has("out.position_ids")) {
                checks.tensor("out.position_ids", Numbers.flat(positions), positions.length, positions[0].length);
            }
            var embedded = encoder.embed(manager, pieces, positions, segments);
            check(checks, parityCase, "out.embeddings", embedded);
            var rows = encoder.encode(
                    embedded,
                    Optional.of(TransformerEncoder.paddingMask(manager, isPiece)),
                    (layer, x) -> check(checks, parityCase, "out.layer_" + layer, x));
            check(checks, parityCase, "out.last_hidden_state", rows);
            check(checks, parityCase, "out.mean_pooled", TransformerEncoder.mean(manager, rows, isPiece));
            encoder.pool(rows).ifPresent(pooled -> check(checks, parityCase, "out.pooler_output", pooled));
            if (parityCase.has(ROW_ALONE)) {
                int length =
                        parityCase.about(ROW_ALONE).path("full_shape").get(1).asInt();
                long[][] alone = {java.util.Arrays.copyOf(pieces[1], length)};
                check(checks, parityCase, ROW_ALONE, encoder.encode(manager, alone, Optional.empty()));
            }
        }
    }

    private static void check(Checks checks, ParityCase parityCase, String tensor, NDArray got) {
        if (parityCase.has(tensor)) {
            try {
                checks.tensor(tensor, got);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
