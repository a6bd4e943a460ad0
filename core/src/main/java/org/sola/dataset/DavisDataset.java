package org.sola.dataset;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Ref-DAVIS17 as it is downloaded: {@code DAVIS/{JPEGImages,Annotations_unsupervised}/480p},
 * {@code DAVIS/ImageSets/2017/{train,val}.txt} and four text files of two annotators. An expression's id is
 * 4 * (position of its object) + annotator, objects in the order of their numbers as text, which is that of the usual
 * conversion.
 */
final class DavisDataset {
    /** The annotators' files in the order of their numbers; the second annotator's are not UTF-8. */
    private static final List<TextFile> FILES = List.of(
            new TextFile("Davis17_annot1.txt", StandardCharsets.UTF_8),
            new TextFile("Davis17_annot1_full_video.txt", StandardCharsets.UTF_8),
            new TextFile("Davis17_annot2.txt", StandardCharsets.ISO_8859_1),
            new TextFile("Davis17_annot2_full_video.txt", StandardCharsets.ISO_8859_1));

    private static final Map<String, String> MENDED =
            Map.of("clasic-car", "classic-car", "dog-scale", "dogs-scale", "motor-bike", "motorbike");
    private static final Pattern LINE = Pattern.compile("(\\S+)\\s+([1-9][0-9]{0,2})\\s+\"(.*)\"\\s*");

    private record TextFile(String name, Charset charset) {}

    private final Path root;
    private final List<String> sequences;
    private final List<DatasetProblem> problems = new ArrayList<>();

    /** By sequence and object the expressions of the four annotators. */
    private final Map<String, TreeMap<String, String[]>> texts = new HashMap<>();

    private DavisDataset(Path root, List<String> sequences) {
        this.root = root;
        this.sequences = sequences;
    }

    /** Opens {@code train} or {@code val}, also called {@code valid}. */
    static FileDataset open(Path root, String split) {
        var list = root.resolve("DAVIS/ImageSets/2017/" + (split.equals("valid") ? "val" : split) + ".txt");
        var names = lines(list, StandardCharsets.UTF_8).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        var reader = new DavisDataset(root, List.copyOf(new LinkedHashSet<>(names)));
        for (int annotator = 0; annotator < FILES.size(); annotator++) {
            reader.readTexts(annotator);
        }
        var videos = reader.videos();
        var masks = new LabelMasks(root.resolve("DAVIS/Annotations_unsupervised/480p"));
        return new FileDataset(Layout.REF_DAVIS, root, videos, reader.problems, masks);
    }

    private static Path textFile(Path root, TextFile file) {
        return root.resolve("davis_text_annotations").resolve(file.name());
    }

    private static List<String> lines(Path file, Charset charset) {
        try {
            return Files.readAllLines(file, charset);
        } catch (CharacterCodingException e) {
            throw new DatasetException(file + " is not valid " + charset);
        } catch (IOException e) {
            throw new DatasetException(file + " cannot be read (" + e.getClass().getSimpleName()
                    + "); Ref-DAVIS17 needs its sequence lists and the texts of all four annotators");
        }
    }

    private void readTexts(int annotator) {
        var file = textFile(root, FILES.get(annotator));
        var lines = lines(file, FILES.get(annotator).charset());
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isBlank()) {
                continue;
            }
            String name = line.strip().split("\\s+", 2)[0];
            String sequence = MENDED.getOrDefault(name, name);
            if (!sequences.contains(sequence)) {
                continue; // the files hold train and val together
            }
            var parts = LINE.matcher(line);
            String at = file + ", line " + (i + 1) + ": ";
            if (!parts.matches() || parts.group(3).isBlank()) {
                problems.add(new DatasetProblem(
                        sequence, "", at + "found " + line + ", expected <sequence> <object> \"<expression>\""));
                continue;
            }
            var ofObject = texts.computeIfAbsent(sequence, key -> new TreeMap<>())
                    .computeIfAbsent(parts.group(2), key -> new String[FILES.size()]);
            if (ofObject[annotator] != null) {
                problems.add(new DatasetProblem(
                        sequence, "", at + "object " + parts.group(2) + " has an expression already"));
            }
            ofObject[annotator] = parts.group(3);
        }
    }

    private List<ReferringVideo> videos() {
        var videos = new LinkedHashMap<String, ReferringVideo>();
        for (String sequence : sequences) {
            if (!MetaReader.isSafeName(sequence)) {
                problems.add(new DatasetProblem(sequence, "", root + ": \"" + sequence + "\" is no plain file name"));
                continue;
            }
            missingText(sequence).ifPresent(message -> problems.add(new DatasetProblem(sequence, "", message)));
            if (problems.stream().anyMatch(problem -> problem.video().equals(sequence))) {
                continue;
            }
            try {
                videos.put(sequence, video(sequence));
            } catch (DatasetException e) {
                problems.add(new DatasetProblem(sequence, "", e.getMessage()));
            }
        }
        return List.copyOf(videos.values());
    }

    /** Which annotator lacks an object that another has; joining the four lists would drop it without a word. */
    private Optional<String> missingText(String sequence) {
        var objects = texts.getOrDefault(sequence, new TreeMap<>());
        for (var object : objects.entrySet()) {
            for (int annotator = 0; annotator < FILES.size(); annotator++) {
                if (object.getValue()[annotator] == null) {
                    return Optional.of(textFile(root, FILES.get(annotator)) + " has no expression for object "
                            + object.getKey() + " of sequence " + sequence + ", which another annotator describes");
                }
            }
        }
        return objects.isEmpty()
                ? Optional.of(root.resolve("davis_text_annotations") + " holds no expression for " + sequence)
                : Optional.empty();
    }

    private ReferringVideo video(String sequence) {
        var folder = root.resolve("DAVIS/JPEGImages/480p").resolve(sequence);
        var frames = new TreeSet<String>();
        try (var listing = Files.list(folder)) {
            listing.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".jpg"))
                    .forEach(name -> frames.add(name.substring(0, name.length() - 4)));
        } catch (IOException e) {
            throw new DatasetException(folder + " cannot be read; expected the frames of the sequence");
        }
        if (frames.isEmpty()) {
            throw new DatasetException(folder + " holds no frames (.jpg)");
        }
        var expressions = new ArrayList<Expression>();
        int id = 0;
        for (var object : texts.get(sequence).entrySet()) {
            for (String text : object.getValue()) {
                expressions.add(
                        new Expression(Integer.toString(id++), text, Optional.of(List.of(object.getKey())), ""));
            }
        }
        return new ReferringVideo(sequence, List.copyOf(frames), expressions, folder, ".jpg");
    }
}
