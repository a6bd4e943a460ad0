package org.sola.cli;

import org.sola.tensor.Precision;
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

    private final boolean takesBfloat16;
    private Precision precision = Precision.FLOAT32;

    EngineOptions() {
        this(false);
    }

    private EngineOptions(boolean takesBfloat16) {
        this.takesBfloat16 = takesBfloat16;
    }

    /** Of a command whose network computes in bfloat16 where it is asked to. */
    static EngineOptions withBfloat16() {
        return new EngineOptions(true);
    }

    /** Refuses what a network does not compute in, rather than computing in something else than was asked for. */
    @Option(
            names = "--precision",
            order = 92,
            paramLabel = "float32|bfloat16",
            defaultValue = "float32",
            description =
                    "Precision of the large matrix products; bfloat16 where SAM 2 makes tracks or the selector is trained,"
                            + " on a CPU or GPU that has it (default:"
                            + " ${DEFAULT-VALUE}).")
    void setPrecision(Precision wanted) {
        if (wanted == Precision.BFLOAT16 && !takesBfloat16) {
            throw new ParameterException(
                    command.commandLine(),
                    "--precision bfloat16: the networks of this command compute in float32 only; leave the option out");
        }
        precision = wanted;
    }

    /** Refuses bfloat16 for what computes in float32 although other ways of the same command do not. */
    void requireFloat32(String what) {
        if (precision == Precision.BFLOAT16) {
            throw new ParameterException(
                    command.commandLine(),
                    "--precision bfloat16: " + what + " computes in float32 only; leave the option out");
        }
    }

    /** Precision of the large matrix products. */
    Precision precision() {
        return precision;
    }

    /** The number of threads to use, at least one. */
    int threadCount() {
        return threads.count();
    }
}
