package org.sola.precompute;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The names of one video's files: {@code ID.tokens.safetensors}, {@code ID.masks.json} and the manifest {@code ID.json}. */
record FileSet(Path tokens, Path masks, Path manifest) {
    private static final String TOKENS = ".tokens.safetensors";
    private static final String MASKS = ".masks.json";
    private static final String MANIFEST = ".json";
    private static final Pattern OVERLAP = Pattern.compile("(.+)\\.overlap-[a-z]+\\.safetensors");

    static FileSet of(Path folder, String video) {
        boolean isSafe = !video.isBlank()
                && !video.startsWith(".")
                && video.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ')
                && !video.endsWith(".masks");
        if (!isSafe) {
            throw new CacheException(
                    folder,
                    "cannot keep a video called \"" + video + "\": its id becomes a file name; rename the video");
        }
        return new FileSet(
                folder.resolve(video + TOKENS), folder.resolve(video + MASKS), folder.resolve(video + MANIFEST));
    }

    List<Path> all() {
        return List.of(tokens, masks, manifest);
    }

    /** Where the overlap of the tracks with what is annotated is kept, by a rule of this name. */
    Path overlap(String rule) {
        String name = manifest.getFileName().toString();
        return manifest.resolveSibling(
                name.substring(0, name.length() - MANIFEST.length()) + ".overlap-" + rule + ".safetensors");
    }

    /** The video whose manifest has this name, if it is one. */
    static Optional<String> videoOfManifest(String fileName) {
        return fileName.endsWith(MANIFEST) && !fileName.endsWith(MASKS) ? cut(fileName, MANIFEST) : Optional.empty();
    }

    /** The video whose tokens, masks or overlap have this name, if they are such. */
    static Optional<String> videoOfData(String fileName) {
        var overlap = OVERLAP.matcher(fileName);
        return overlap.matches()
                ? Optional.of(overlap.group(1))
                : cut(fileName, TOKENS).or(() -> cut(fileName, MASKS));
    }

    private static Optional<String> cut(String name, String ending) {
        return name.endsWith(ending) && name.length() > ending.length()
                ? Optional.of(name.substring(0, name.length() - ending.length()))
                : Optional.empty();
    }
}
