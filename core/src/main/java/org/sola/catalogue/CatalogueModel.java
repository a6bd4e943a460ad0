package org.sola.catalogue;

import java.util.HashSet;
import java.util.List;

/**
 * A model that its authors publish.
 *
 * @param name what {@code --model} and {@code models fetch} call it
 * @param what one line: which network, how large, what for
 * @param config the file below {@code configs/models} that reads it, without {@code .yaml}; empty where a model only
 *     adds files to another one
 * @param licence of the weights, as their authors state it (SPDX)
 * @param page where the authors say all this
 * @param note what else a user should know; may be empty
 * @param files what belongs to it; the first is the checkpoint
 */
public record CatalogueModel(
        String name, String what, String config, String licence, String page, String note, List<PublishedFile> files) {

    public CatalogueModel {
        if (!name.matches("[a-z0-9][a-z0-9.-]*")) {
            throw new IllegalArgumentException("\"" + name + "\" is no name of a model: a-z, 0-9, . and - are");
        }
        if (files.isEmpty()) {
            throw new IllegalArgumentException(name + " has no files");
        }
        var names = new HashSet<String>();
        for (var file : files) {
            if (!names.add(file.name())) {
                throw new IllegalArgumentException(name + " has two files called " + file.name());
            }
        }
        files = List.copyOf(files);
    }

    /** The file with the weights. */
    public PublishedFile checkpoint() {
        return files.get(0);
    }

    /** All files together. */
    public long bytes() {
        return files.stream().mapToLong(PublishedFile::bytes).sum();
    }

    /** Whether the authors say where every file is. */
    public boolean isPublished() {
        return files.stream().noneMatch(file -> file.urls().isEmpty());
    }

    /** The size of all files, as people read it. */
    public String size() {
        boolean isExact = files.stream().allMatch(PublishedFile::exact);
        return (isExact ? "" : "about ") + Sizes.of(bytes());
    }
}
