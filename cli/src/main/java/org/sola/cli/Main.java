package org.sola.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code sola} program: one class a command, exit codes 0 done, 1 not all could be done, 2 wrong input, 130 stopped. */
@Command(
        name = "sola",
        version = Main.VERSION,
        synopsisSubcommandLabel = "COMMAND",
        description = "Finds the objects that a sentence means in a video and masks them in every frame.",
        subcommands = {
            QuickstartCommand.class,
            SegmentCommand.class,
            DetectCommand.class,
            DataCommand.class,
            TrainCommand.class,
            PrecomputeCommand.class,
            InferCommand.class,
            EvalCommand.class,
            AblateCommand.class,
            SweepCommand.class,
            CompareCommand.class,
            ReportCommand.class,
            SubmitCommand.class,
            ValidateSubmissionCommand.class,
            ModelsCommand.class,
            CacheCommand.class,
            ParityCommand.class,
            TrainSam2Command.class,
            TrainDetectorCommand.class,
            TrainFindTrackCommand.class,
            BenchCommand.class,
            DoctorCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  sola doctor",
            "  sola segment dog.mp4 \"the dog that runs after the ball\" -e \"the woman\"",
            "",
            "'sola COMMAND --help' explains a command."
        })
public final class Main implements Runnable {
    static final String VERSION = "sola 0.1.0";

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Option(names = "--version", versionHelp = true, description = "Show the version.")
    private boolean version;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** Runs the program; its exit status is the JVM's. */
    public static void main(String[] arguments) {
        var out = new PrintWriter(new java.io.OutputStreamWriter(System.out, StandardCharsets.UTF_8), true);
        var err = new PrintWriter(new java.io.OutputStreamWriter(System.err, StandardCharsets.UTF_8), true);
        try (var interruption = Interruption.install(err)) {
            int status = execute(out, err, arguments);
            if (interruption.end()) {
                System.exit(status);
            }
        }
    }

    /** Runs one command line and gives its exit status; nothing is written but to the two writers and the files asked for. */
    static int execute(PrintWriter out, PrintWriter err, String... arguments) {
        return commandLine().setOut(out).setErr(err).execute(arguments);
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(false)
                .setUsageHelpWidth(110)
                .setUsageHelpLongOptionsMaxWidth(32)
                .setAbbreviatedOptionsAllowed(false)
                .setParameterExceptionHandler(Main::wrongUsage)
                .setExecutionExceptionHandler(Failures::report);
    }

    private static int wrongUsage(ParameterException exception, String[] arguments) {
        var command = exception.getCommandLine();
        var err = command.getErr();
        err.println(command.getCommandSpec().qualifiedName() + ": "
                + exception.getMessage().replace("\n", " "));
        var near = new java.io.StringWriter();
        if (CommandLine.UnmatchedArgumentException.printSuggestions(exception, new PrintWriter(near))) {
            err.println(near.toString().strip().replaceAll("\\s*\\R\\s*", " "));
        } else {
            err.println("'" + command.getCommandSpec().qualifiedName() + " --help' shows what it takes");
        }
        return Failures.WRONG_INPUT;
    }
}
