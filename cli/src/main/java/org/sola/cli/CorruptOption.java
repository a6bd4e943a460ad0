package org.sola.cli;

import java.util.Optional;
import org.sola.image.Corruption;
import picocli.CommandLine.Option;

/** Whether frames are corrupted before anything is done with them, to see what a method bears. */
final class CorruptOption {
    @Option(
            names = "--corrupt",
            order = 70,
            paramLabel = "KIND[:SEVERITY]",
            description = "Corrupt every frame first: motion-blur or gaussian-noise as in ImageNet-C, severity 1 to 5"
                    + " (default: 5).")
    private Optional<String> wanted;

    @Option(
            names = "--corrupt-seed",
            order = 71,
            paramLabel = "N",
            defaultValue = "0",
            description = "Draws the corruption of every frame (default: ${DEFAULT-VALUE}).")
    private long seed;

    /** The corruption that was asked for. */
    Optional<Corruption> corruption() {
        return wanted.map(text -> {
            try {
                return Corruption.parse(text, seed);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("--corrupt " + text + ": " + e.getMessage(), e);
            }
        });
    }

    /** What a command says about it, empty where frames stay as they are. */
    String remark() {
        return corruption().map(each -> ", frames corrupted by " + each).orElse("");
    }
}
