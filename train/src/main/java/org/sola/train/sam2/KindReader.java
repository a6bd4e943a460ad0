package org.sola.train.sam2;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.sola.demo.DemoObject;
import org.sola.demo.Shape;
import org.sola.demo.ShapeLook;
import org.sola.demo.SpriteCatalog;
import org.sola.demo.SpriteLook;
import org.sola.layer.Linear;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Weights;
import org.sola.text.MiniLmTextEncoder;

/**
 * Reads from vectors what kind of thing they stand for, by way of language: a linear map into the space of the frozen
 * text encoder, then the product with the rows of the kinds' nouns. A kind is so told from others by what its name means,
 * which is how the selector will ask for it.
 */
final class KindReader {
    private static final int SPRITES = SpriteCatalog.shared().sprites().size();
    /** Sprites, plain shapes, and one kind for what has no name. */
    static final int KINDS = SPRITES + Shape.values().length + 1;

    private static final int TEXT = 384;
    private static final float[] ROWS = rows();

    private final Linear toText;
    private final NDArray names; // (TEXT, KINDS)

    private KindReader(Linear toText, NDArray names) {
        this.toText = toText;
        this.names = names;
    }

    static KindReader of(Weights weights, int channels) {
        var toText = Linear.of(weights.at("to_text"), channels, TEXT);
        var manager = weights.at("to_text").get("weight", TEXT, channels).getManager();
        var names = EngineMemory.of(manager, ROWS, new ai.djl.ndarray.types.Shape(TEXT, KINDS));
        ai.djl.ndarray.NDScope.unregister(names);
        return new KindReader(toText, names);
    }

    /** (N, C) to logits (N, KINDS). */
    NDArray logits(NDArray vectors) {
        return toText.forward(vectors).matMul(names);
    }

    static int kindOf(DemoObject object) {
        if (object.look() instanceof SpriteLook sprite) {
            return SpriteCatalog.shared().sprites().indexOf(sprite.sprite());
        }
        return object.look() instanceof ShapeLook shape
                ? SPRITES + shape.shape().ordinal()
                : KINDS - 1;
    }

    /** The nouns' sentence vectors less their mean, each of length 4, as columns: what all nouns share tells nothing. */
    private static float[] rows() {
        List<String> nouns = new ArrayList<>();
        SpriteCatalog.shared().sprites().forEach(sprite -> nouns.add(sprite.noun()));
        for (var shape : Shape.values()) {
            nouns.add(shape.word());
        }
        nouns.add("something");
        var vectors = new ArrayList<float[]>();
        try (var text = MiniLmTextEncoder.open()) {
            nouns.forEach(noun -> vectors.add(text.encode("the " + noun).pooled()));
        } catch (IOException e) {
            throw new UncheckedIOException("the text encoder cannot be read", e);
        }
        var mean = new double[TEXT];
        for (var vector : vectors) {
            for (int i = 0; i < TEXT; i++) {
                mean[i] += vector[i] / vectors.size();
            }
        }
        var columns = new float[TEXT * KINDS];
        for (int k = 0; k < KINDS; k++) {
            double square = 0;
            for (int i = 0; i < TEXT; i++) {
                square += Math.pow(vectors.get(k)[i] - mean[i], 2);
            }
            for (int i = 0; i < TEXT; i++) {
                columns[i * KINDS + k] = (float) ((vectors.get(k)[i] - mean[i]) * 4 / Math.sqrt(square));
            }
        }
        return columns;
    }
}
