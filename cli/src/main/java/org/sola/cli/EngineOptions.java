package org.sola.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where and how networks compute; the same options with the same meaning in every command that runs one. */
final class EngineOptions {
    @Option(
            names = "--device",
            order = 90,
            paramLabel = "cpu|gpu|auto",
            defaultValue = "auto",
            description = "Where networks run (default: a GPU when there is one).")
    DeviceChoice device;

    @Mixin
    private ThreadOption threads;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** Where networks run. */
    enum DeviceChoice {
        CPU,
        GPU,
        AUTO
    }

    /** Precision of matrix products. */
    enum Precision {
        FLOAT32,
        BFLOAT16
    }

    /** Refuses what no network computes in, rather than computing in something else than was asked for. */
    @Option(
            names = "--precision",
            order = 92,
            paramLabel = "float32|bfloat16",
            defaultValue = "float32",
            description = "Precision of the large matrix products; bfloat16 cannot be computed in yet (default:"
                    + " ${DEFAULT-VALUE}).")
    void setPrecision(Precision wanted) {
        if (wanted == Precision.BFLOAT16) {
            throw new ParameterException(
                    command.commandLine(),
                    "--precision bfloat16: the networks compute in float32 only; leave the option out");
        }
    }

    /** The number of threads to use, at least one. */
    int threadCount() {
        return threads.count();
    }
}
