package org.sola.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.sola.file.Sha256;
import org.sola.tensor.Checkpoint;
import org.sola.tensor.ElementType;
import org.sola.tensor.Safetensors;
import org.sola.tensor.SafetensorsWriter;
import org.sola.tensor.StoredTensor;
import org.sola.tensor.TorchCheckpoint;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sola models convert}: a checkpoint of any readable format as safetensors. */
@Command(
        name = "convert",
        description = {
            "Writes a checkpoint as .safetensors: the same names, types (but for --half) and values, row-major.",
            "Of a training's .pt file the model's weights are taken; --all takes every tensor, by its path."
        },
        footer = {
            "",
            "Examples:",
            "  sola models convert sam2.1_hiera_large.pt sam2.1_hiera_large.safetensors",
            "  sola models convert epoch_20.pth everything.safetensors --all"
        })
final class ConvertCommand extends SolaCommand {
    private static final String SOURCE = "converted_from";
    private static final String SOURCE_HASH = "converted_from_sha256";

    @Parameters(
            index = "0",
            paramLabel = "IN",
            description = "A .pt, .pth or .safetensors file, or a name of 'sola models list'.")
    private String model;

    @Parameters(index = "1", paramLabel = "OUT", description = "The .safetensors file to write.")
    private Path out;

    @Option(names = "--all", description = "Every tensor of the file, an optimizer's too.")
    private boolean all;

    @Option(
            names = "--half",
            description = "Write float32 tensors as float16, in half the space; they are read as float32.")
    private boolean half;

    @Override
    int run(Console console) throws IOException {
        if (!out.toString().endsWith(".safetensors")) {
            throw new IllegalArgumentException(out + " does not end in .safetensors, the format that is written");
        }
        requireOurs();
        var in = Files.isRegularFile(Path.of(model))
                ? Path.of(model)
                : ModelCatalogue.open().checkpoint(model);
        var source = Checkpoint.open(in);
        Map<String, StoredTensor> tensors =
                all && source instanceof TorchCheckpoint torch ? torch.everyTensor() : source.tensors();
        if (tensors.isEmpty()) {
            throw new IllegalArgumentException(in + " holds no tensors of a model"
                    + (all ? "" : "; --all takes those that are elsewhere in the file"));
        }
        var writer = new SafetensorsWriter();
        source.metadata().forEach(writer::metadata);
        writer.metadata(SOURCE, in.getFileName().toString());
        writer.metadata(SOURCE_HASH, Sha256.of(in));
        // wide elements first, so that every tensor is aligned and can be mapped
        var names = tensors.entrySet().stream()
                .sorted(Comparator.comparingInt((Map.Entry<String, StoredTensor> tensor) ->
                        -tensor.getValue().type().bytes()))
                .map(Map.Entry::getKey)
                .toList();
        for (String name : names) {
            var info = source.info(name);
            if (half && info.type() == ElementType.FLOAT32) {
                writer.addHalf(name, source.floats(name), info.dimensions());
            } else {
                writer.add(name, source);
            }
        }
        writer.write(out);
        report(console, in, Checkpoint.open(out), ModelCatalogue.open().identify(source));
        return Failures.DONE;
    }

    /** What this command did not make is not overwritten. */
    private void requireOurs() throws IOException {
        if (Files.exists(out) && !(Files.isRegularFile(out) && isOurs(out))) {
            throw new IllegalArgumentException(
                    out + " is already there and was not made by 'sola models convert'; give another name");
        }
    }

    private static boolean isOurs(Path file) throws IOException {
        try {
            return Safetensors.open(file).metadata().containsKey(SOURCE);
        } catch (IllegalArgumentException e) {
            return false; // no safetensors file
        }
    }

    private void report(Console console, Path in, Checkpoint written, String identity) throws IOException {
        long parameters = ModelsCommand.parameters(written);
        long bytes = Files.size(out);
        console.result(String.format(
                Locale.ROOT,
                "%s: %d tensors, %,d parameters, %,d bytes; %s",
                out,
                written.tensors().size(),
                parameters,
                bytes,
                identity));
        var document = new LinkedHashMap<String, Object>();
        document.put("file", out.toString());
        document.put("from", in.toString());
        document.put("model", identity);
        document.put("tensors", written.tensors().size());
        document.put("parameters", parameters);
        document.put("bytes", bytes);
        console.json(document);
    }
}
