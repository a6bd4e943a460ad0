package org.sola.precompute;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The names of one video's files: {@code ID.tokens.safetensors}, {@code ID.masks.json} and the manifest {@code ID.json}. */
record FileSet(Path tokens, Path masks, Path manifest) {
    private static final String TOKENS = ".tokens.safetensors";
    private static final String MASKS = ".masks.json";
    private static final String MANIFEST = ".json";

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

    /** The video whose manifest has this name, if it is one. */
    static Optional<String> videoOfManifest(String fileName) {
        return fileName.endsWith(MANIFEST) && !fileName.endsWith(MASKS) ? cut(fileName, MANIFEST) : Optional.empty();
    }

    /** The video whose tokens or masks have this name, if they are such. */
    static Optional<String> videoOfData(String fileName) {
        return cut(fileName, TOKENS).or(() -> cut(fileName, MASKS));
    }

    private static Optional<String> cut(String name, String ending) {
        return name.endsWith(ending) && name.length() > ending.length()
                ? Optional.of(name.substring(0, name.length() - ending.length()))
                : Optional.empty();
    }
}
