package org.sola.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A named, prefix-scoped view of a checkpoint. A network asks for each parameter by its official name and the shape it
 * needs, so loading and checking are one act; {@code weights.at("image_encoder").at("trunk")} narrows the view.
 *
 * <p>The same network code loads a file, takes formula values or starts from random ones: the view decides where values
 * come from. Arrays belong to the manager the view was opened with, which the caller closes.
 */
public final class Weights {
    private final Store store;
    private final String prefix;
    private final Precision precision;

    private Weights(Store store, String prefix, Precision precision) {
        this.store = store;
        this.prefix = prefix;
        this.precision = precision;
    }

    /** Where values come from. */
    private interface Source {
        /** The array, or null when there is none of that name. */
        NDArray find(String name, Init init, Shape shape);

        Set<String> names();
    }

    /** What all views of one checkpoint share. */
    private record Store(String origin, Source source, Map<String, NDArray> used) {}

    private static Weights root(String origin, Source source) {
        return new Weights(new Store(origin, source, new LinkedHashMap<>()), "", Precision.FLOAT32);
    }

    /**
     * The tensors of a {@link Checkpoint} of either format, mapped without a copy on the CPU where they are float32,
     * aligned and in row-major order.
     */
    public static Weights open(Path file, NDManager manager) throws IOException {
        var tensors = Checkpoint.open(file);
        return root(file.toString(), new Source() {
            @Override
            public NDArray find(String name, Init init, Shape shape) {
                if (!tensors.tensors().containsKey(name)) {
                    return null;
                }
                var info = tensors.info(name);
                var stored = new Shape(info.dimensions());
                try {
                    if (info.type() != ElementType.FLOAT32 || info.bytes() == 0) {
                        return EngineMemory.of(manager, tensors.floats(name), stored);
                    }
                    boolean isMapped = info.isRowMajor() && info.position() % Float.BYTES == 0;
                    return isMapped
                            ? manager.create(tensors.bytes(name), stored, ai.djl.ndarray.types.DataType.FLOAT32)
                            : EngineMemory.ofFloats(manager, tensors.bytes(name), stored);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public Set<String> names() {
                return tensors.tensors().keySet();
            }
        });
    }

    /** Arrays that are already there. */
    public static Weights of(String origin, Map<String, NDArray> arrays) {
        return root(origin, new Source() {
            @Override
            public NDArray find(String name, Init init, Shape shape) {
                return arrays.get(name);
            }

            @Override
            public Set<String> names() {
                return arrays.keySet();
            }
        });
    }

    /** Random starting values: every parameter asked for is made by its {@link Init}, its draws fixed by name and seed. */
    public static Weights initialise(long seed, NDManager manager) {
        return initialise(seed, Map.of(), manager);
    }

    /** As {@link #initialise(long, NDManager)}, but what the file {@code start} holds starts from there. */
    public static Weights initialise(long seed, Optional<Path> start, NDManager manager) throws IOException {
        return initialise(seed, start.isPresent() ? read(start.get(), manager) : Map.of(), manager);
    }

    /**
     * As {@link #initialise(long, NDManager)}, but what files hold starts from there.
     *
     * @param starts files by the prefix below which their parameters lie; of the same parameter the last counts
     */
    public static Weights initialiseFrom(long seed, Map<String, Path> starts, NDManager manager) throws IOException {
        var known = new LinkedHashMap<String, NDArray>();
        for (var start : starts.entrySet()) {
            read(start.getValue(), manager).forEach((name, array) -> known.put(start.getKey() + name, array));
        }
        return initialise(seed, known, manager);
    }

    private static Map<String, NDArray> read(Path file, NDManager manager) throws IOException {
        var arrays = new LinkedHashMap<String, NDArray>();
        var tensors = Checkpoint.open(file);
        for (String name : tensors.tensors().keySet()) {
            var shape = new Shape(tensors.info(name).dimensions());
            arrays.put(name, EngineMemory.of(manager, tensors.floats(name), shape));
        }
        return arrays;
    }

    private static Weights initialise(long seed, Map<String, NDArray> start, NDManager manager) {
        return root("initial values of seed " + seed, new Source() {
            @Override
            public NDArray find(String name, Init init, Shape shape) {
                if (start.containsKey(name)) {
                    return start.get(name);
                }
                var random = new SplittableRandom(FormulaWeights.mix(FormulaWeights.fnv1a(name) ^ seed));
                var values = new float[Math.toIntExact(shape.size())];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) init.next(random);
                }
                return EngineMemory.of(manager, values, shape);
            }

            @Override
            public Set<String> names() {
                return Set.of();
            }
        });
    }

    /**
     * Values by formula for the parameters that a parity case lists, made when they are asked for.
     *
     * @param params the case's {@code params.tsv}
     */
    public static Weights byFormula(Path params, long seed, NDManager manager) throws IOException {
        var rules = FormulaWeights.read(params);
        return root(params.toString(), new Source() {
            @Override
            public NDArray find(String name, Init init, Shape shape) {
                var rule = rules.get(name);
                return rule == null ? null : rule.array(name, seed, manager);
            }

            @Override
            public Set<String> names() {
                return rules.keySet();
            }
        });
    }

    /**
     * The same tensors under other names, for files of another program.
     *
     * @param stored by new full name the stored ones; several are joined along their first axis, all of equal size
     */
    public Weights renamed(Map<String, List<String>> stored) {
        var source = store.source();
        return root(store.origin(), new Source() {
                    @Override
                    public NDArray find(String name, Init init, Shape shape) {
                        var parts = stored.get(name);
                        if (parts == null) {
                            return null;
                        }
                        if (parts.size() == 1) {
                            return source.find(parts.get(0), init, shape);
                        }
                        var arrays = new NDList();
                        for (String part : parts) {
                            var array = source.find(part, init, shape);
                            if (array == null) {
                                arrays.close();
                                return null;
                            }
                            arrays.add(array);
                        }
                        var joined = NDArrays.concat(arrays, 0);
                        arrays.close();
                        return joined;
                    }

                    @Override
                    public Set<String> names() {
                        return stored.keySet();
                    }
                })
                .withPrecision(precision);
    }

    /**
     * The same view for layers that compute their large products in this; float32 unless said. A network asks for float32
     * where it must not be otherwise.
     */
    public Weights withPrecision(Precision wanted) {
        return new Weights(store, prefix, wanted);
    }

    /** What layers made of this view compute their large products in. */
    public Precision precision() {
        return precision;
    }

    /** Full names of all that the checkpoint holds. */
    public Set<String> names() {
        return Collections.unmodifiableSet(store.source().names());
    }

    /** The view of everything below {@code name}. */
    public Weights at(String name) {
        return new Weights(store, prefix + name + ".", precision);
    }

    /** The view of entry {@code index} of a list of layers. */
    public Weights at(int index) {
        return at(Integer.toString(index));
    }

    /** The parameter {@code name}, which must have this shape; it starts normal with deviation 0.02 when trained anew. */
    public NDArray get(String name, long... shape) {
        return get(name, Init.normal(0.02), shape);
    }

    /** The parameter {@code name}, which must have this shape. */
    public NDArray get(String name, Init init, long... shape) {
        String full = prefix + name;
        var known = store.used().get(full);
        var expected = new Shape(shape);
        var array = known != null ? known : store.source().find(full, init, expected);
        if (array == null) {
            throw new WeightsException(
                    store.origin() + " has no parameter \"" + full + "\" of shape " + Arrays.toString(shape)
                            + NearestNames.hint(full, store.source().names()));
        }
        if (!array.getShape().equals(expected)) {
            throw new WeightsException(store.origin() + ": parameter \"" + full + "\" has shape "
                    + Arrays.toString(array.getShape().getShape()) + ", this model needs " + Arrays.toString(shape)
                    + "; is it a checkpoint of another size?");
        }
        if (known == null) {
            ai.djl.ndarray.NDScope.unregister(array);
            store.used().put(full, array);
        }
        return array;
    }

    /** Whether the checkpoint holds {@code name} below this view. */
    public boolean has(String name) {
        return store.source().names().contains(prefix + name);
    }

    /** Every parameter that was asked for so far through any view, by full name in order of asking. */
    public Map<String, NDArray> used() {
        return Collections.unmodifiableMap(store.used());
    }

    /** Refuses a checkpoint that holds more than the network asked for, {@code ignored} full names excepted. */
    public void requireAllUsed(String... ignored) {
        requireAllUsed(Set.of(ignored)::contains);
    }

    /** The same, with a rule for the full names that do not matter. */
    public void requireAllUsed(Predicate<String> ignored) {
        List<String> extra = new ArrayList<>(new TreeSet<>(store.source().names()));
        extra.removeAll(store.used().keySet());
        extra.removeIf(ignored);
        if (!extra.isEmpty()) {
            throw new WeightsException(store.origin() + " has " + extra.size() + " parameters that this model does not"
                    + " know: " + String.join(", ", extra.subList(0, Math.min(5, extra.size())))
                    + (extra.size() > 5 ? ", ..." : "") + "; is it a checkpoint of another model?");
        }
    }
}
