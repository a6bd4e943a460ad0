package org.sola.cutie;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/**
 * Working and long-term memory of the objects that arrived on the same frame, which share their keys. In order:
 * long-term tokens, the first frame's (they stay), later frames'. B batch rows, K objects, V value channels.
 */
final class MemoryBucket implements AutoCloseable {
    private final int id;
    private final CutieSettings settings;
    private final NDManager manager;
    private final List<Integer> objects;
    private final long permanent; // tokens of the first frame
    private long longTerm;
    private Tokens tokens;

    /** @param first the tokens of the objects' first frame, of the current scope */
    MemoryBucket(int id, List<Integer> objects, Tokens first, CutieSettings settings, NDManager manager) {
        this.id = id;
        this.settings = settings;
        this.manager = manager;
        this.objects = new ArrayList<>(objects);
        this.tokens = first.keep(manager);
        this.permanent = first.size();
    }

    int id() {
        return id;
    }

    List<Integer> objects() {
        return objects;
    }

    long longTermTokens() {
        return longTerm;
    }

    long permanentTokens() {
        return permanent;
    }

    long temporaryTokens() {
        return tokens.size() - longTerm - permanent;
    }

    /** What places (B, L, D) read: (B, L, K V). */
    NDArray read(NDArray query) {
        var result =
                MemoryReading.read(query, tokens.matching(), tokens.values(), settings.topK(), settings.usesLongTerm());
        if (settings.usesLongTerm()) {
            tokens.uses().addi(result.usage());
            tokens.reads().addi(1);
        }
        return result.values();
    }

    /** Adds a frame, then condenses or drops what is too old. The frame has as many places as the first one. */
    void add(Tokens frame) {
        replace(Tokens.concat(List.of(tokens, frame)));
        if (!settings.usesLongTerm()) {
            dropOldest((settings.memoryFrames() - 1) * permanent);
        } else if (temporaryTokens() >= (settings.longTerm().mostFrames() - 1) * permanent) {
            condense();
        }
    }

    private void dropOldest(long most) {
        if (temporaryTokens() > most) {
            var parts = new ArrayList<>(List.of(tokens.slice(0, longTerm + permanent)));
            if (most > 0) {
                parts.add(tokens.slice(tokens.size() - most, tokens.size()));
            }
            replace(Tokens.concat(parts));
        }
    }

    /** Turns the oldest temporary tokens into prototypes. */
    private void condense() {
        var limits = settings.longTerm();
        long first = longTerm + permanent;
        long newest = tokens.size() - (limits.leastFrames() - 1) * permanent;
        var parts = new ArrayList<Tokens>();
        if (longTerm > 0) {
            var old = tokens.slice(0, longTerm);
            long room = (long) limits.mostTokens() - limits.prototypes();
            parts.add(longTerm >= room ? old.take(mostUsed(old, room - limits.bufferTokens())) : old);
        }
        parts.add(prototypes(tokens.slice(first, newest)));
        long condensed = parts.stream().mapToLong(Tokens::size).sum();
        parts.add(tokens.slice(longTerm, first));
        if (newest < tokens.size()) {
            parts.add(tokens.slice(newest, tokens.size()));
        }
        replace(Tokens.concat(parts));
        longTerm = condensed;
    }

    /** The most used of the candidates, each with the mean of what those like it remember. */
    private Tokens prototypes(Tokens candidates) {
        var index = mostUsed(candidates, settings.longTerm().prototypes());
        var chosen = candidates.take(index);
        var shares = Similarity.of(Similarity.query(chosen.keys(), chosen.selection()), candidates.matching())
                .softmax(2); // (B, P, N)
        return Tokens.of(
                chosen.keys(),
                shares.batchMatMul(candidates.shrinkage()),
                chosen.selection(),
                shares.batchMatMul(candidates.values()));
    }

    /** The numbers of the {@code n} most used tokens, in that order, (B, n). */
    private static NDArray mostUsed(Tokens tokens, long n) {
        return tokens.usage()
                .topK((int) Math.min(n, tokens.size()), 1, true, true)
                .get(1);
    }

    /** Forgets an object; the bucket must have another one. */
    void forget(int object) {
        int place = objects.indexOf(object);
        var shape = tokens.values().getShape();
        var byObject = tokens.values().reshape(shape.get(0), shape.get(1), objects.size(), -1);
        var rest = new NDList();
        for (int i = 0; i < objects.size(); i++) {
            if (i != place) {
                rest.add(byObject.get(":, :, " + i));
            }
        }
        replace(Tokens.concat(List.of(tokens.withValues(NDArrays.concat(rest, 2)))));
        objects.remove(place);
    }

    private void replace(Tokens fresh) {
        var old = tokens;
        tokens = fresh.keep(manager);
        old.close();
    }

    @Override
    public void close() {
        tokens.close();
    }
}
