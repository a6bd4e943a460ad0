package org.sola.image;

/** The five severities of ImageNet-C. */
final class Severities {
    static final int MOST = 5;

    private Severities() {}

    static void require(int severity) {
        if (severity < 1 || severity > MOST) {
            throw new IllegalArgumentException("severity " + severity + ", expected 1 to " + MOST);
        }
    }
}
