package org.sola.cli;

import java.util.stream.Collectors;
import org.sola.tensor.Checkpoint;
import org.sola.tensor.StoredTensor;
import picocli.CommandLine.Command;

/** {@code sola models}: the models known by name, how to get them, and what checkpoint files hold. */
@Command(
        name = "models",
        description = "The models known by name, how to get their weights, and what a checkpoint file holds.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ModelsListCommand.class,
            ModelsShowCommand.class,
            ModelsFetchCommand.class,
            ModelsVerifyCommand.class,
            ConvertCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  sola models list",
            "  sola models fetch sam2.1-hiera-tiny",
            "  sola models show sam2.1_hiera_large.pt"
        })
final class ModelsCommand extends CommandGroup {
    static long parameters(Checkpoint file) {
        return file.tensors().values().stream().collect(Collectors.summingLong(StoredTensor::elements));
    }
}
