package org.sola.parity;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Walks the folder of parity cases and runs each whose kind is known. Where the collection of the system property {@code
 * parity} is absent, as in a lone clone, the few cases among the test resources stand for it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ParityCasesTest {
    /** Networks that take more than a minute or much memory on a small machine. */
    private static final Set<String> LARGE = Set.of(
            "sam2/image-encoder-s",
            "sam2/image-encoder-b+",
            "sam2/image-encoder-l",
            "sam2/image-l",
            "sam2/video-t",
            "sam2/video-l",
            "roberta/large",
            "alphaclip/vit-l-14-336",
            "evfsam/multitask");

    private static final Path BUNDLED = Path.of("src/test/resources/parity");

    private final Path root = root();
    private final ParitySuite suite = ParitySuite.of(Path.of(System.getProperty("sola.home"), "configs/models"));

    private static Path root() {
        var collection = Path.of(System.getProperty("parity"));
        return Files.isDirectory(collection) ? collection : BUNDLED;
    }

    private List<Path> cases(boolean isLarge) throws IOException {
        return ParitySuite.cases(root).stream()
                .filter(folder ->
                        LARGE.contains(folder.getParent().getFileName() + "/" + folder.getFileName()) == isLarge)
                .toList();
    }

    Stream<Path> smallCases() throws IOException {
        return cases(false).stream().filter(this::isKnown);
    }

    Stream<Path> largeCases() throws IOException {
        return cases(true).stream().filter(this::isKnown);
    }

    private boolean isKnown(Path folder) {
        try {
            return suite.runner(ParityCase.open(folder)).isPresent();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void theParityFolderHoldsCases() throws IOException {
        assertFalse(smallCases().toList().isEmpty(), "no case of a known kind below " + root);
    }

    @ParameterizedTest
    @MethodSource("smallCases")
    void everySmallCaseHolds(Path folder) {
        assertHolds(folder);
    }

    @Tag("large")
    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("largeCases")
    void everyLargeCaseHolds(Path folder) {
        assertHolds(folder);
    }

    private void assertHolds(Path folder) {
        var row = suite.run(folder);
        System.out.printf(
                "%-36s %4d tensors, worst %.3g of its tolerance (%s), %.1f s%n",
                row.name(), row.tensors(), row.worst(), row.worstTensor(), row.seconds());
        assertTrue(
                row.ok(),
                () -> row.name() + ": " + row.worstTensor() + " is " + row.worst()
                        + " times its tolerance from the reference. " + row.message());
    }
}
