package org.sola.dataset;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A downloaded data set and the splits that are in it. A split is named by the data set's folder and the split's name,
 * {@code ref-youtube-vos/valid} or {@code a2d_sentences/test}, also where no folder of that name exists; MeViS splits
 * are folders, and JHMDB-Sentences has one split without a name.
 *
 * @param layout whose files these are
 * @param root the data set's folder
 * @param splits names of the splits, "" for the only one of JHMDB-Sentences
 */
public record DatasetFolder(Layout layout, Path root, List<String> splits) {
    private static final String META = "meta_expressions.json";

    public DatasetFolder {
        splits = List.copyOf(splits);
    }

    /** What is in a folder, empty when it is no data set that is known. */
    public static Optional<DatasetFolder> detect(Path root) {
        if (Files.isRegularFile(root.resolve(JhmdbDataset.SAMPLES)) || Files.isDirectory(root.resolve("puppet_mask"))) {
            return Optional.of(new DatasetFolder(Layout.JHMDB_SENTENCES, root, List.of("")));
        }
        if (Files.isRegularFile(root.resolve(A2dDataset.VIDEOS))) {
            return Optional.of(new DatasetFolder(Layout.A2D_SENTENCES, root, List.of("train", "test")));
        }
        boolean isDavis = isRawDavis(root) || String.valueOf(root.getFileName()).contains("davis");
        var splits = new ArrayList<String>();
        for (String split : List.of("train", "valid", "test")) {
            boolean isRaw = isRawDavis(root) && Files.isRegularFile(rawList(root, split));
            if (Files.isRegularFile(YoutubeVosDataset.metaFile(root, split)) || isRaw) {
                splits.add(split);
            }
        }
        if (!splits.isEmpty()) {
            return Optional.of(new DatasetFolder(isDavis ? Layout.REF_DAVIS : Layout.REF_YOUTUBE_VOS, root, splits));
        }
        var mevis = new ArrayList<String>();
        for (String split : List.of("train", "valid_u", "valid")) {
            if (Files.isRegularFile(root.resolve(split).resolve(META))) {
                mevis.add(split);
            }
        }
        return mevis.isEmpty() ? Optional.empty() : Optional.of(new DatasetFolder(Layout.MEVIS, root, mevis));
    }

    private static boolean isRawDavis(Path root) {
        return Files.isDirectory(root.resolve("DAVIS")) && Files.isDirectory(root.resolve("davis_text_annotations"));
    }

    private static Path rawList(Path root, String split) {
        return root.resolve("DAVIS/ImageSets/2017/" + (split.equals("valid") ? "val" : split) + ".txt");
    }

    /** Opens one of {@link #splits()}. */
    public ReferringDataset open(String split) {
        return switch (layout) {
            case MEVIS -> MevisDataset.open(root.resolve(split));
            case A2D_SENTENCES -> A2dDataset.open(root, split);
            case JHMDB_SENTENCES -> JhmdbDataset.open(root);
            case REF_YOUTUBE_VOS -> YoutubeVosDataset.open(layout, root, split);
            case REF_DAVIS ->
                Files.isRegularFile(YoutubeVosDataset.metaFile(root, split))
                        ? YoutubeVosDataset.open(layout, root, split)
                        : DavisDataset.open(root, split);
        };
    }

    /** Ref-DAVIS17 as downloaded, where the converted files lie beside it too. */
    public ReferringDataset openAsDownloaded(String split) {
        return layout == Layout.REF_DAVIS && isRawDavis(root) ? DavisDataset.open(root, split) : open(split);
    }

    /** The split that a path names; DAVIS calls validation {@code val}. */
    static String splitName(Path split) {
        String name = String.valueOf(split.getFileName());
        return name.equals("val") ? "valid" : name;
    }

    static ReferringDataset openSplit(Path path) {
        var split = path.toAbsolutePath().normalize();
        if (Files.isRegularFile(split.resolve(META))) {
            return Files.isDirectory(split.resolve("Annotations"))
                    ? YoutubeVosDataset.openSelfContained(Layout.REF_YOUTUBE_VOS, split)
                    : MevisDataset.open(split);
        }
        var whole = detect(split);
        if (whole.isPresent() && whole.get().splits().equals(List.of(""))) {
            return whole.get().open("");
        }
        if (whole.isPresent()) {
            throw new DatasetException(path + " is " + whole.get().layout().title() + " with the splits "
                    + String.join(", ", whole.get().splits()) + "; name one, as "
                    + path.resolve(whole.get().splits().get(0)));
        }
        String known = splitName(split);
        return Optional.ofNullable(split.getParent())
                .flatMap(DatasetFolder::detect)
                .filter(folder -> folder.splits().contains(known))
                .map(folder -> folder.open(known))
                .orElseThrow(() -> new DatasetException(path
                        + (Files.isDirectory(split) ? " is no" : " is no folder and names no")
                        + " split of a data set that is known: MeViS (a folder"
                        + " with " + META + "), Ref-YouTube-VOS, Ref-DAVIS17, A2D-Sentences (FOLDER/SPLIT) or"
                        + " JHMDB-Sentences (its folder)"));
    }
}
