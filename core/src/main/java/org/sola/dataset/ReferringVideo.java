package org.sola.dataset;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A video of a data set with its expressions.
 *
 * @param id name of its folder
 * @param frameNames names of its frames without the ending, in order
 * @param expressions its sentences
 * @param frameFolder where the frames are
 */
public record ReferringVideo(String id, List<String> frameNames, List<Expression> expressions, Path frameFolder) {
    public ReferringVideo {
        frameNames = List.copyOf(frameNames);
        expressions = List.copyOf(expressions);
    }

    /** The file of frame {@code t}. */
    public Path frame(int t) {
        return frameFolder.resolve(frameNames.get(t) + ".jpg");
    }

    /** Every annotated object that some expression names, in natural order. */
    public List<String> annotationIds() {
        var ids = new TreeSet<String>(
                java.util.Comparator.comparingInt(String::length).thenComparing(s -> s));
        expressions.stream()
                .map(Expression::annotationIds)
                .flatMap(Optional::stream)
                .forEach(ids::addAll);
        return List.copyOf(ids);
    }
}
