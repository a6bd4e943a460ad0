package org.sola.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sola.config.Configs;
import org.sola.selector.Selector;
import org.sola.selector.SelectorConfig;
import org.sola.tensor.ElementType;
import org.sola.tensor.TorchFileWriter;
import org.sola.tensor.TorchFileWriter.StoredView;
import org.sola.tensor.Weights;
import org.sola.text.TextModelConfig;
import org.sola.text.TransformerEncoder;

/**
 * A home of the program whose official models are small: a selector as its training saves it (a bare state dictionary)
 * and a RoBERTa as it is published (a state dictionary, vocabulary and merges), both with random weights. The rest is
 * copied from the project.
 */
final class SmallOfficialHome {
    static final String TEXT = "roberta-small";
    static final String SELECTOR = "selector-small";

    private final Path home;
    private final Path published;

    private SmallOfficialHome(Path home, Path published) {
        this.home = home;
        this.published = published;
    }

    Path home() {
        return home;
    }

    /** The folder where "the authors" have their files. */
    Path published() {
        return published;
    }

    static SmallOfficialHome make(Path folder) throws IOException {
        var project = Path.of(System.getProperty("sola.home"));
        var home = folder.resolve("project");
        var configs = Files.createDirectories(home.resolve("configs/models"));
        var checkpoints = Files.createDirectories(home.resolve("checkpoints"));
        var recipes = Files.createDirectories(home.resolve("configs/precompute"));
        for (String name : List.of("demo.yaml", "sola-official.yaml")) {
            Files.copy(project.resolve("configs/precompute").resolve(name), recipes.resolve(name));
        }
        for (String name : List.of("sam2.1-nano", "selector-nano")) {
            Files.copy(project.resolve("configs/models/" + name + ".yaml"), configs.resolve(name + ".yaml"));
            Files.copy(
                    project.resolve("checkpoints/" + name + ".safetensors"),
                    checkpoints.resolve(name + ".safetensors"));
        }
        var official = Files.readString(project.resolve("configs/models/selector-official.yaml"));
        Files.writeString(
                configs.resolve(SELECTOR + ".yaml"),
                official.replace("name: selector-official", "name: " + SELECTOR)
                        .replace("objectTokenDim: 256", "objectTokenDim: 128")
                        .replace("langTokenDim: 1024", "langTokenDim: 64")
                        .replace("encoderDim: 512", "encoderDim: 64")
                        .replace("attentionDim: 1024", "attentionDim: 64"));
        var roberta = Files.readString(project.resolve("configs/models/roberta-large.yaml"));
        Files.writeString(
                configs.resolve(TEXT + ".yaml"),
                roberta.replace("name: roberta-large", "name: " + TEXT)
                        .replace("vocabulary: 50265", "vocabulary: 261")
                        .replace("width: 1024", "width: 64")
                        .replace("layers: 24", "layers: 2")
                        .replace("heads: 16", "heads: 4")
                        .replace("feedForward: 4096", "feedForward: 128"));
        Files.writeString(checkpoints.resolve("catalogue.yaml"), catalogue());
        var published = Files.createDirectories(folder.resolve("published"));
        publish(configs, published);
        return new SmallOfficialHome(home, published);
    }

    private static String catalogue() {
        var text = new StringBuilder("models:\n");
        entry(text, SELECTOR, SELECTOR + ".pth");
        entry(text, TEXT, "pytorch_model.bin", "vocab.json", "merges.txt");
        return text.toString();
    }

    private static void entry(StringBuilder text, String name, String... files) {
        text.append("  - {name: %s, what: small, config: %s, licence: MIT, page: here, note: '', files: ["
                .formatted(name, name));
        for (String file : files) {
            text.append("{name: %s, urls: ['https://example.invalid/%s'], bytes: 0, exact: false, sha256: '', md5: '',"
                            .formatted(file, file)
                    + " stated: nobody}, ");
        }
        text.append("]}\n");
    }

    private static void publish(Path configs, Path published) throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var text = Weights.initialise(3, manager);
            TransformerEncoder.of(TextModelConfig.read(configs.resolve(TEXT + ".yaml")), text);
            Files.write(published.resolve("pytorch_model.bin"), torch(text.used()));
            var selector = Weights.initialise(4, manager);
            var config = Configs.load(SelectorConfig.class, List.of(configs.resolve(SELECTOR + ".yaml")), Map.of());
            Selector.of(config, selector);
            Files.write(published.resolve(SELECTOR + ".pth"), torch(selector.used()));
        }
        var vocabulary = new LinkedHashMap<String, Integer>();
        for (String special : List.of("<s>", "<pad>", "</s>", "<unk>", "<mask>")) {
            vocabulary.put(special, vocabulary.size());
        }
        for (int symbol : byteSymbols()) {
            vocabulary.put(Character.toString(symbol), vocabulary.size());
        }
        new ObjectMapper().writeValue(published.resolve("vocab.json").toFile(), vocabulary);
        Files.writeString(published.resolve("merges.txt"), "#version: 0.2\n");
    }

    /** The printable characters that stand for the 256 bytes in byte-level vocabularies. */
    private static List<Integer> byteSymbols() {
        var symbols = new ArrayList<Integer>();
        int next = 256;
        for (int b = 0; b < 256; b++) {
            boolean isPrintable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
            symbols.add(isPrintable ? b : next++);
        }
        return symbols;
    }

    /** A bare state dictionary, as {@code torch.save(model.state_dict())} writes it. */
    private static byte[] torch(Map<String, NDArray> parameters) throws IOException {
        var writer = new TorchFileWriter().dictionary();
        int key = 0;
        for (var parameter : parameters.entrySet()) {
            var values = parameter.getValue().toFloatArray();
            var bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            var shape = new ArrayList<Long>();
            for (long side : parameter.getValue().getShape().getShape()) {
                shape.add(side);
            }
            var strides = new ArrayList<Long>();
            long stride = 1;
            for (int axis = shape.size() - 1; axis >= 0; axis--) {
                strides.add(0, stride);
                stride *= shape.get(axis);
            }
            String storage = Integer.toString(key++);
            writer.tensor(parameter.getKey(), StoredView.floats(storage, values.length, 0, shape, strides), false);
            writer.storage(storage, ElementType.FLOAT32, bytes.array());
        }
        return writer.endDictionary().zip();
    }
}
