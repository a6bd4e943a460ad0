package org.sola.catalogue;

import java.net.URI;
import java.util.List;
import java.util.Locale;

/**
 * A file as its authors publish it.
 *
 * @param name its name on disk
 * @param urls where the authors put it, the first to be tried first; empty where they publish none
 * @param bytes its size, 0 where nothing is known
 * @param exact whether {@code bytes} is exact, otherwise it is rounded
 * @param sha256 64 hexadecimal digits, empty where nobody says
 * @param md5 32 hexadecimal digits, empty where nobody says
 * @param stated who says the hashes
 */
public record PublishedFile(
        String name, List<String> urls, long bytes, boolean exact, String sha256, String md5, Statement stated) {

    public PublishedFile {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._@+-]*")) {
            throw new IllegalArgumentException("\"" + name + "\" is no plain name of a file");
        }
        for (String url : urls) {
            requireWeb(name, url);
        }
        urls = List.copyOf(urls);
        if (bytes < 0 || (exact && bytes == 0)) {
            throw new IllegalArgumentException(name + ": bytes is " + bytes + ", expected more than 0");
        }
        requireHash(name, "sha256", sha256, 64);
        requireHash(name, "md5", md5, 32);
        boolean hasHash = !sha256.isEmpty() || !md5.isEmpty();
        if (hasHash == (stated == Statement.NOBODY)) {
            throw new IllegalArgumentException(
                    name + ": stated is " + stated.name().toLowerCase(Locale.ROOT)
                            + (hasHash ? ", but a hash is given" : ", but no hash is given"));
        }
    }

    private static void requireWeb(String name, String url) {
        URI address;
        try {
            address = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": \"" + url + "\" is no address: " + e.getMessage(), e);
        }
        if (!Web.isWeb(url) || address.getHost() == null) {
            throw new IllegalArgumentException(name + ": \"" + url + "\" is no http or https address");
        }
    }

    private static void requireHash(String name, String kind, String hash, int digits) {
        if (!hash.isEmpty() && !hash.matches("[0-9a-f]{" + digits + "}")) {
            throw new IllegalArgumentException(name + ": " + kind + " is \"" + hash + "\", expected " + digits
                    + " lower-case hexadecimal digits or nothing");
        }
    }

    /** The size as people read it, "about" where it is rounded. */
    public String size() {
        return bytes == 0 ? "of unknown size" : (exact ? "" : "about ") + Sizes.of(bytes);
    }
}
