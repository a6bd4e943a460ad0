package org.sola.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What all commands share: the options about output, and a console that honours them. */
@Command(
        synopsisHeading = "%nUsage: ",
        descriptionHeading = "%n",
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        sortOptions = false)
abstract class SolaCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Mixin
    OutputOptions output;

    @Override
    public final Integer call() throws Exception {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", output.verbose ? "info" : "error");
        return run(Console.of(spec.commandLine(), output));
    }

    /** Does the work; the value is the exit status. */
    abstract int run(Console console) throws Exception;
}
