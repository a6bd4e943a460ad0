package org.sola.cli;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.sola.file.AtomicFile;
import org.sola.file.FileNames;
import org.sola.groundingdino.Detection;
import org.sola.groundingdino.DetectionRule;
import org.sola.groundingdino.GroundingDinoDetector;
import org.sola.image.ImageFiles;
import org.sola.image.RgbImage;
import org.sola.video.BoxOverlay;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sola detect}: the boxes of what a caption names in an image. */
@Command(
        name = "detect",
        description = {
            "The boxes of what captions name in an image.",
            "Grounding DINO gives a box, a phrase and a score for each find, as a picture and as JSON. A caption holds",
            "phrases that end with a full stop. The image is encoded once, so further captions cost less. The weights and",
            "BERT's vocabulary do not ship: fetch groundingdino-swint-ogc and bert-base-uncased, or name your files."
        },
        footer = {
            "",
            "Examples:",
            "  sola detect room.jpg \"a cat . a dog .\"",
            "  sola detect room.jpg \"a cup .\" -c \"a red cup .\" --weights gdino.pth --vocabulary bert/ --json"
        })
final class DetectCommand extends SolaCommand {
    @Parameters(index = "0", paramLabel = "IMAGE", description = "A JPEG or PNG file.")
    private Path file;

    @Parameters(index = "1", paramLabel = "CAPTION", description = "What to look for, as \"a cat . a dog .\".")
    private String caption;

    @Option(
            names = {"-c", "--caption"},
            paramLabel = "CAPTION",
            description = "A further caption; may be given again.")
    private List<String> more = List.of();

    @Option(
            names = "--weights",
            paramLabel = "FILE",
            description = "The official checkpoint, groundingdino_swint_ogc.pth, or a model.safetensors of"
                    + " transformers (default: the fetched one).")
    private Optional<Path> weights;

    @Option(
            names = "--vocabulary",
            paramLabel = "DIR",
            description = "The folder of bert-base-uncased's tokenizer.json or vocab.txt (default: the fetched one).")
    private Optional<Path> vocabulary;

    @Option(
            names = "--model",
            paramLabel = "NAME|FILE",
            defaultValue = "groundingdino-swint-ogc",
            description = "The sizes of the model: a name in configs/models or a file (default: ${DEFAULT-VALUE}).")
    private String model;

    @Option(
            names = "--box-threshold",
            paramLabel = "P",
            defaultValue = "0.2",
            description = "Finds with a probability above it are taken (default: ${DEFAULT-VALUE}).")
    private double boxThreshold;

    @Option(
            names = "--text-threshold",
            paramLabel = "P",
            defaultValue = "0.25",
            description = "Words with a probability above it make up the phrase (default: ${DEFAULT-VALUE}).")
    private double textThreshold;

    @Option(names = "--out", paramLabel = "DIR", description = "Where the results go (default: out/detect/IMAGE).")
    private Optional<Path> out;

    @Mixin
    private CorruptOption corrupt;

    @Mixin
    private EngineOptions engine;

    /** A caption and what was found. */
    private record Answer(String caption, List<Detection> found, List<String> phrases, double seconds) {}

    @Override
    int run(Console console) throws Exception {
        long start = System.nanoTime();
        var rule = new DetectionRule(boxThreshold, textThreshold);
        var config = GroundingDinoFiles.config(model);
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(file + " is not a file");
        }
        var checkpoint = GroundingDinoFiles.weights(weights, model);
        var words = GroundingDinoFiles.vocabulary(vocabulary);
        var clean = ImageFiles.read(file);
        var image = corrupt.corruption()
                .map(each -> each.apply(clean, FileNames.withoutEnding(file), 0))
                .orElse(clean);
        var folder = out.orElse(Path.of("out", "detect", FileNames.withoutEnding(file)));
        OutputFolder.claim(
                folder,
                "detect",
                Map.of("image", file.toAbsolutePath().normalize().toString()));
        var started = Engines.start(engine);
        console.say("looking for " + (1 + more.size()) + " captions in " + file + " (" + image.width() + "x"
                + image.height() + ") with " + model + " on " + started.device() + ", " + started.threads()
                + " threads" + corrupt.remark());
        List<Answer> answers;
        try (var manager = NDManager.newBaseManager(started.device());
                var detector = GroundingDinoDetector.open(config, checkpoint, words, manager)) {
            captions().stream().flatMap(each -> detector.remarks(each).stream()).forEach(console::warn);
            answers = answers(detector, image, rule);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        var document = document(image, answers, seconds);
        var files = write(folder, image, answers, document);
        document.put("files", files.stream().map(Path::toString).toList());
        show(console, answers, files);
        console.json(document);
        return Failures.DONE;
    }

    private List<String> captions() {
        return Stream.concat(Stream.of(caption), more.stream()).toList();
    }

    private List<Answer> answers(GroundingDinoDetector detector, RgbImage image, DetectionRule rule) {
        var answers = new ArrayList<Answer>();
        try (var encoded = detector.encode(image)) {
            for (String each : captions()) {
                long start = System.nanoTime();
                var found = detector.detect(encoded, each, rule);
                var phrases = found.stream()
                        .map(detection -> detector.phrase(each, detection))
                        .toList();
                answers.add(new Answer(each, found, phrases, (System.nanoTime() - start) / 1e9));
            }
        }
        return answers;
    }

    private Map<String, Object> document(RgbImage image, List<Answer> answers, double seconds) {
        var document = new LinkedHashMap<String, Object>();
        document.put("image", file.toString());
        document.put("width", image.width());
        document.put("height", image.height());
        document.put("model", model);
        var captions = new ArrayList<Map<String, Object>>();
        for (var answer : answers) {
            var boxes = new ArrayList<Map<String, Object>>();
            for (int i = 0; i < answer.found().size(); i++) {
                var box = new LinkedHashMap<String, Object>();
                box.put("box", answer.found().get(i).boxXyxy());
                box.put("score", answer.found().get(i).score());
                box.put("phrase", answer.phrases().get(i));
                boxes.add(box);
            }
            var entry = new LinkedHashMap<String, Object>();
            entry.put("caption", answer.caption());
            entry.put("boxes", boxes);
            entry.put("seconds", answer.seconds());
            captions.add(entry);
        }
        document.put("captions", captions);
        document.put("seconds", seconds);
        return document;
    }

    private static List<Path> write(Path folder, RgbImage image, List<Answer> answers, Map<String, Object> document)
            throws IOException {
        var files = new ArrayList<Path>();
        for (int c = 0; c < answers.size(); c++) {
            var boxes = new ArrayList<BoxOverlay.Labelled>();
            var answer = answers.get(c);
            for (int i = 0; i < answer.found().size(); i++) {
                var detection = answer.found().get(i);
                var side = detection.boxXyxy();
                String label =
                        String.format(Locale.ROOT, "%s %.2f", answer.phrases().get(i), detection.score());
                boxes.add(new BoxOverlay.Labelled(side.get(0), side.get(1), side.get(2), side.get(3), label.strip()));
            }
            var picture = folder.resolve("boxes-" + (c + 1) + ".png");
            ImageFiles.writePng(picture, BoxOverlay.paint(image, boxes));
            files.add(picture);
        }
        var json = folder.resolve("boxes.json");
        byte[] text =
                new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(document);
        AtomicFile.write(json, stream -> stream.write(text));
        files.add(json);
        return files;
    }

    private static void show(Console console, List<Answer> answers, List<Path> files) {
        for (var answer : answers) {
            console.result(String.format(
                    Locale.ROOT,
                    "\"%s\": %d found in %.2f s",
                    answer.caption(),
                    answer.found().size(),
                    answer.seconds()));
            for (int i = 0; i < answer.found().size(); i++) {
                var side = answer.found().get(i).boxXyxy();
                console.result(String.format(
                        Locale.ROOT,
                        "  %.3f  %.1f %.1f %.1f %.1f  %s",
                        answer.found().get(i).score(),
                        side.get(0),
                        side.get(1),
                        side.get(2),
                        side.get(3),
                        answer.phrases().get(i)));
            }
        }
        files.forEach(file -> console.result("  " + file));
    }
}
