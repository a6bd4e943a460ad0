package org.sola.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sola.mask.Mask;
import org.sola.tensor.FormulaWeights;
import org.sola.tensor.Safetensors;
import org.sola.tensor.Weights;

/**
 * One folder that pins what a reference implementation computes: {@code case.json} (a miniature data set's
 * {@code expected.json}), the parameters' formulas in
 * {@code params.tsv} and inputs ({@code in.*}) and expected outputs ({@code out.*}) in {@code tensors.safetensors}.
 */
public final class ParityCase {
    private static final String CASE = "case.json";
    private static final String DATASET = "expected.json";

    private final Path folder;
    private final JsonNode json;
    private final Optional<Safetensors> tensors;

    private ParityCase(Path folder, JsonNode json, Optional<Safetensors> tensors) {
        this.folder = folder;
        this.json = json;
        this.tensors = tensors;
    }

    /** Whether a file makes its folder a case. */
    static boolean isCase(Path file) {
        String name = file.getFileName().toString();
        return name.equals(CASE) || name.equals(DATASET) && !Files.isRegularFile(file.resolveSibling(CASE));
    }

    /** Opens the case in {@code folder}. */
    public static ParityCase open(Path folder) throws IOException {
        var whole = folder.toRealPath();
        var stated = Files.isRegularFile(whole.resolve(CASE)) ? whole.resolve(CASE) : whole.resolve(DATASET);
        var json = new ObjectMapper().readTree(stated.toFile());
        var file = whole.resolve("tensors.safetensors");
        return new ParityCase(
                whole, json, Files.isRegularFile(file) ? Optional.of(Safetensors.open(file)) : Optional.empty());
    }

    /** Model and case as their folders are called, such as {@code sam2/image-t}. */
    public String name() {
        return model() + "/" + folder.getFileName();
    }

    /** The folder above the case's, which says whose case it is. */
    public String model() {
        var parent = folder.getParent();
        return parent == null || parent.getFileName() == null
                ? ""
                : parent.getFileName().toString();
    }

    /** The case's own folder name. */
    public String title() {
        return folder.getFileName().toString();
    }

    public Path folder() {
        return folder;
    }

    /** All of {@code case.json}. */
    public JsonNode json() {
        return json;
    }

    public long seed() {
        return json.path("seed").asLong();
    }

    /** The parameters by formula; they belong to {@code manager}. */
    public Weights weights(NDManager manager) throws IOException {
        return Weights.byFormula(folder.resolve("params.tsv"), seed(), manager);
    }

    /** An input that is not stored but given by formula under its own name. */
    public NDArray formula(NDManager manager, String name, double offset, double scale, long... shape) {
        var s = new Shape(shape);
        return manager.create(FormulaWeights.values(name, Math.toIntExact(s.size()), seed(), offset, scale), s);
    }

    /** Names of the stored tensors that start with {@code prefix}, in the file's order. */
    public List<String> tensorNames(String prefix) {
        return tensors.stream()
                .flatMap(file -> file.tensors().keySet().stream())
                .filter(name -> name.startsWith(prefix))
                .toList();
    }

    public boolean has(String tensor) {
        return tensors.map(file -> file.tensors().containsKey(tensor)).orElse(false);
    }

    /** A stored tensor's values, whatever its type. */
    public float[] values(String tensor) throws IOException {
        return file().floats(tensor);
    }

    public long[] shape(String tensor) throws IOException {
        return file().info(tensor).dimensions();
    }

    /** A stored tensor as float32. */
    public NDArray array(NDManager manager, String tensor) throws IOException {
        return manager.create(values(tensor), new Shape(shape(tensor)));
    }

    /** A stored (H, W) tensor of zeros and ones. */
    public Mask mask(String tensor) throws IOException {
        var values = values(tensor);
        int width = (int) shape(tensor)[1];
        return Mask.of((int) shape(tensor)[0], width, (y, x) -> values[y * width + x] != 0);
    }

    /** What {@code case.json} says of a tensor: slice, tolerance, full shape. */
    public JsonNode about(String tensor) {
        return json.path("tensors").path(tensor);
    }

    /** All of {@code tensors.safetensors}. */
    Safetensors file() throws IOException {
        return tensors.orElseThrow(() -> new IOException(folder + " has no tensors.safetensors"));
    }
}
