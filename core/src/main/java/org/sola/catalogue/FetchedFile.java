package org.sola.catalogue;

import java.nio.file.Path;

/**
 * A file of a model on this machine, checked.
 *
 * @param file where it is
 * @param bytes its size
 * @param sha256 its hash
 * @param isNew whether it came just now; otherwise it was there
 * @param stated who said beforehand what the hash is; {@link Statement#NOBODY} where it was recorded at first sight
 */
public record FetchedFile(Path file, long bytes, String sha256, boolean isNew, Statement stated) {}
