package org.sola.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A folder that git keeps, known by its {@code .git}; git itself need not be installed. */
public final class GitCheckout {
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{40}([0-9a-f]{24})?");
    private static final String LINK = "gitdir: ";
    private static final String REFERENCE = "ref: ";

    private GitCheckout() {}

    /** The commit that {@code folder} is a checkout of; what was changed since does not show. */
    public static Optional<String> commit(Path folder) throws IOException {
        var git = folder.resolve(".git");
        if (Files.isRegularFile(git)) { // a further working tree, whose own files lie elsewhere
            var link = text(git).filter(line -> line.startsWith(LINK));
            if (link.isEmpty()) {
                return Optional.empty();
            }
            git = folder.resolve(link.get().substring(LINK.length()));
        }
        var head = text(git.resolve("HEAD"));
        if (head.isEmpty() || !head.get().startsWith(REFERENCE)) {
            return head.filter(GitCheckout::isHash);
        }
        String reference = head.get().substring(REFERENCE.length());
        var own = git;
        var shared = text(git.resolve("commondir")).map(own::resolve).orElse(git);
        for (var place : List.of(git, shared)) {
            var commit = text(place.resolve(reference)).filter(GitCheckout::isHash);
            if (commit.isPresent()) {
                return commit;
            }
        }
        return packed(shared.resolve("packed-refs"), reference);
    }

    private static Optional<String> packed(Path file, String reference) throws IOException {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.endsWith(" " + reference))
                    .map(line -> line.substring(0, line.indexOf(' ')))
                    .filter(GitCheckout::isHash)
                    .findFirst();
        }
    }

    private static Optional<String> text(Path file) throws IOException {
        return Files.isRegularFile(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    }

    private static boolean isHash(String text) {
        return HASH.matcher(text).matches();
    }
}
