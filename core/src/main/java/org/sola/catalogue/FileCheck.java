package org.sola.catalogue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import org.sola.file.Sha256;

/** Whether a file is the one that its authors publish, or at least the one that was first seen here. */
final class FileCheck {
    private final ModelStore store;
    private final CatalogueModel model;

    FileCheck(ModelStore store, CatalogueModel model) {
        this.store = store;
        this.model = model;
    }

    /**
     * The sha256 of {@code place}, after size and hashes have been compared.
     *
     * @param advice what to do if it is wrong, as the end of a sentence
     * @throws IOException that says what differs
     */
    String require(PublishedFile file, Path place, String advice) throws IOException {
        String wrong = model.name() + ": " + place + " ";
        long bytes = Files.size(place);
        if (file.exact() && bytes != file.bytes()) {
            throw new IOException(wrong + "has " + bytes + " bytes, expected " + file.bytes() + "; " + advice);
        }
        String sha256 = Sha256.of(place);
        String stated = file.stated().name().toLowerCase(Locale.ROOT);
        String locked = store.lock(model).getOrDefault(file.name(), "");
        String expected = file.sha256().isEmpty() ? locked : file.sha256();
        if (!expected.isEmpty() && !expected.equals(sha256)) {
            String who = file.sha256().isEmpty()
                    ? "what it was when first seen (" + store.folder(model).resolve(ModelStore.LOCK) + ")"
                    : "as its " + stated + " have it";
            throw new IOException(
                    wrong + "has sha256 " + sha256 + ", expected " + expected + ", " + who + "; " + advice);
        }
        if (!file.md5().isEmpty()) {
            String md5 = md5(place);
            if (!md5.equals(file.md5())) {
                throw new IOException(wrong + "has md5 " + md5 + ", expected " + file.md5() + ", as its " + stated
                        + " have it; " + advice);
            }
        }
        return sha256;
    }

    private static String md5(Path file) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
        try (var in = Files.newInputStream(file)) {
            Sha256.update(digest, in);
        }
        return String.format("%032x", new BigInteger(1, digest.digest()));
    }
}
