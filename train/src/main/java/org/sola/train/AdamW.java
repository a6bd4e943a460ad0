package org.sola.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Kernels;
import org.sola.tensor.Safetensors;
import org.sola.tensor.SafetensorsWriter;

/**
 * AdamW (Loshchilov and Hutter) over named parameters in one native call a step, with clipping by the global norm and
 * an exponential moving average of the parameters. Its whole state can be saved and read back.
 */
public final class AdamW {
    private static final double BETA_1 = 0.9;
    private static final double BETA_2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final Map<String, NDArray> parameters;
    private final Kernels.OptimiserState state =
            new Kernels.OptimiserState(new NDList(), new NDList(), new NDList(), new NDList());
    private final double weightDecay;
    private final double largestNorm;
    private final double averageDecay;
    private final Set<String> learning; // the others stay as they are

    /** Takes over {@code parameters}: from now on they require gradients. State arrays belong to {@code manager}. */
    public AdamW(
            Map<String, NDArray> parameters,
            NDManager manager,
            double weightDecay,
            double largestNorm,
            double averageDecay) {
        this.parameters = new LinkedHashMap<>(parameters);
        this.weightDecay = weightDecay;
        this.largestNorm = largestNorm;
        this.averageDecay = averageDecay;
        this.learning = new HashSet<>(parameters.keySet());
        for (var parameter : this.parameters.values()) {
            parameter.setRequiresGradient(true);
            state.means().add(manager.zeros(parameter.getShape()));
            state.squares().add(manager.zeros(parameter.getShape()));
            state.steps().add(manager.zeros(new Shape()));
            var average = manager.zeros(parameter.getShape());
            parameter.copyTo(average);
            state.averages().add(average);
        }
    }

    /** From now on only the parameters with such names learn; the others stay at their moving average. */
    public void teachOnly(Predicate<String> names) {
        int i = 0;
        for (var parameter : parameters.entrySet()) {
            boolean learns = names.test(parameter.getKey());
            parameter.getValue().setRequiresGradient(learns);
            if (learns) {
                learning.add(parameter.getKey());
            } else {
                learning.remove(parameter.getKey());
                state.averages().get(i).copyTo(parameter.getValue());
            }
            i++;
        }
    }

    /** Moves every parameter that learns by its gradient and clears the gradients; returns their norm before clipping. */
    public float step(double learningRate) {
        // asked for anew each time: a parameter that had no part in the last backward pass has an array of its own yet
        var taught = new NDList();
        var gradients = new NDList();
        var own = new Kernels.OptimiserState(new NDList(), new NDList(), new NDList(), new NDList());
        int i = 0;
        for (var parameter : parameters.entrySet()) {
            if (learning.contains(parameter.getKey())) {
                taught.add(parameter.getValue());
                gradients.add(parameter.getValue().getGradient());
                own.means().add(state.means().get(i));
                own.squares().add(state.squares().get(i));
                own.steps().add(state.steps().get(i));
                own.averages().add(state.averages().get(i));
            }
            i++;
        }
        try (var norm = Kernels.adamwStep(
                taught,
                gradients,
                own,
                learningRate,
                BETA_1,
                BETA_2,
                EPSILON,
                weightDecay,
                largestNorm,
                averageDecay)) {
            return norm.getFloat();
        }
    }

    /** Begins the moments anew; parameters and their moving averages stay. */
    public void forget() {
        for (var arrays : List.of(state.means(), state.squares(), state.steps())) {
            arrays.forEach(array -> array.muli(0));
        }
    }

    /** The moving averages under the parameters' names. */
    public Map<String, NDArray> averages() {
        var averages = new LinkedHashMap<String, NDArray>();
        int i = 0;
        for (String name : parameters.keySet()) {
            averages.put(name, state.averages().get(i++));
        }
        return averages;
    }

    /** Writes parameters, averages and moments with {@code metadata}; {@link #load} continues to the same numbers. */
    public void save(Path file, Map<String, String> metadata) throws IOException {
        var writer = new SafetensorsWriter();
        metadata.forEach(writer::metadata);
        int i = 0;
        for (var entry : parameters.entrySet()) {
            writer.add("parameter." + entry.getKey(), entry.getValue());
            writer.add("average." + entry.getKey(), state.averages().get(i));
            writer.add("mean." + entry.getKey(), state.means().get(i));
            writer.add("square." + entry.getKey(), state.squares().get(i));
            writer.add("step." + entry.getKey(), state.steps().get(i));
            i++;
        }
        writer.write(file);
    }

    /** Reads what {@link #save} wrote; a parameter that the file lacks keeps its start. Returns the metadata. */
    public Map<String, String> load(Path file) throws IOException {
        var saved = Safetensors.open(file);
        int i = 0;
        for (var entry : parameters.entrySet()) {
            if (saved.tensors().containsKey("parameter." + entry.getKey())) {
                copy(saved, "parameter." + entry.getKey(), entry.getValue());
                copy(saved, "average." + entry.getKey(), state.averages().get(i));
                copy(saved, "mean." + entry.getKey(), state.means().get(i));
                copy(saved, "square." + entry.getKey(), state.squares().get(i));
                copy(saved, "step." + entry.getKey(), state.steps().get(i));
            }
            i++;
        }
        return saved.metadata();
    }

    private static void copy(Safetensors saved, String name, NDArray target) throws IOException {
        EngineMemory.overwrite(target, saved.floats(name));
    }
}
