package org.sola.infer;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sola.precompute.VideoSource;
import org.sola.precompute.VideoTracks;
import org.sola.selector.Selector;
import org.sola.selector.SelectorConfig;
import org.sola.tensor.Weights;
import org.sola.text.TextEncoder;

/** SOLA's selector with its text encoder. What does not depend on the expression is computed once for all of a video. */
public final class SelectorScorer implements TrackScorer {
    /** Expressions scored in one batch; more only costs memory. */
    private static final int BATCH = 16;

    /** Characters of a sentence that no text encoder here cuts: none reads fewer word pieces, and a piece has one. */
    private static final int SURELY_READ = 60;

    private final NDManager manager;
    private final Selector selector;
    private final TextEncoder text;

    private SelectorScorer(NDManager manager, Selector selector, TextEncoder text) {
        this.manager = manager;
        this.selector = selector;
        this.text = text;
    }

    /**
     * Reads a trained selector.
     *
     * @param text its text encoder; closed with the scorer
     */
    public static SelectorScorer open(SelectorConfig config, Path checkpoint, TextEncoder text, Device device)
            throws IOException {
        if (text.dimension() != config.langTokenDim()) {
            throw new IllegalArgumentException("selector " + config.name() + " needs text tokens of "
                    + config.langTokenDim() + " values, " + text.name() + " makes " + text.dimension());
        }
        var manager = NDManager.newBaseManager(device);
        try {
            var weights = Weights.open(checkpoint, manager);
            var selector = Selector.of(config, weights);
            weights.requireAllUsed();
            return new SelectorScorer(manager, selector.frozen(manager), text);
        } catch (IOException | RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return selector.config().name();
    }

    @Override
    public boolean readsWhole(String expression) {
        return expression.length() <= SURELY_READ || text.reading(expression).isWhole();
    }

    @Override
    public int unknownPieces(String expression) {
        return text.reading(expression).unknown();
    }

    @Override
    public List<float[]> score(VideoTracks tracked, VideoSource video, List<String> expressions) {
        int tracks = tracked.tracks().size();
        try (var scope = manager.newSubManager()) {
            var tokens = scope.create(tracked.tokens(), new Shape(1, tracks, tracked.frames(), tracked.tokenDim()));
            var trunk = selector.trunk(tokens);
            var probabilities = new ArrayList<float[]>();
            for (int from = 0; from < expressions.size(); from += BATCH) {
                var batch = expressions.subList(from, Math.min(from + BATCH, expressions.size()));
                try (var batchScope = scope.newSubManager()) {
                    probabilities.addAll(score(trunk, batch, tracks, batchScope));
                }
            }
            return probabilities;
        }
    }

    private List<float[]> score(
            org.sola.selector.VideoTrunk trunk, List<String> expressions, int tracks, NDManager scope) {
        var encoded = text.encodeAll(expressions);
        int longest =
                encoded.stream().mapToInt(org.sola.text.TextTokens::words).max().orElseThrow();
        int width = text.dimension();
        var rows = new float[expressions.size() * longest * width];
        var words = new int[expressions.size()];
        for (int e = 0; e < words.length; e++) {
            words[e] = encoded.get(e).words();
            encoded.get(e).copyTo(rows, e * longest * width);
        }
        try (var scores = trunk.score(scope.create(rows, new Shape(words.length, longest, width)), words)
                .scores()) {
            var logits = scores.toFloatArray(); // (E, N)
            var probabilities = new ArrayList<float[]>();
            for (int e = 0; e < words.length; e++) {
                var row = new float[tracks];
                for (int n = 0; n < tracks; n++) {
                    row[n] = (float) (1 / (1 + Math.exp(-logits[e * tracks + n])));
                }
                probabilities.add(row);
            }
            return probabilities;
        }
    }

    @Override
    public void close() {
        text.close();
        manager.close();
    }
}
