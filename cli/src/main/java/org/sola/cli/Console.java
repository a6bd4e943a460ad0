package org.sola.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.PrintWriter;
import picocli.CommandLine;

/** Where a command speaks: results to stdout, progress and remarks to stderr, one JSON document when asked for. */
final class Console {
    private final PrintWriter out;
    private final PrintWriter err;
    private final OutputOptions options;
    private final boolean terminal;

    private Console(PrintWriter out, PrintWriter err, OutputOptions options, boolean terminal) {
        this.out = out;
        this.err = err;
        this.options = options;
        this.terminal = terminal;
    }

    static Console of(CommandLine command, OutputOptions options) {
        return new Console(command.getOut(), command.getErr(), options, System.console() != null);
    }

    /** A line of the result; not printed when the result is JSON. */
    void result(String line) {
        if (!options.json) {
            out.println(line);
        }
    }

    /** The result as JSON, when it was asked for. */
    void json(Object document) {
        if (options.json) {
            try {
                out.println(new ObjectMapper()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .writeValueAsString(document));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("the result cannot be written as JSON", e);
            }
        }
    }

    /** A remark on what happens. */
    void say(String line) {
        if (!options.quiet) {
            err.println(line);
        }
    }

    /** A remark for those who asked for more. */
    void detail(String line) {
        if (options.verbose) {
            err.println(line);
        }
    }

    /** Something that the user should know even when quiet. */
    void warn(String line) {
        err.println("warning: " + line);
    }

    /** Shows how many steps of {@code task} are done, where nobody knows how many there will be. */
    Progress counter(String task) {
        return options.quiet || terminal ? Progress.silent() : Progress.lines(task, Long.MAX_VALUE, err);
    }

    /** Shows how far {@code total} steps of {@code task} are. */
    Progress progress(String task, long total) {
        if (options.quiet) {
            return Progress.silent();
        }
        return terminal ? Progress.bar(task, total) : Progress.lines(task, total, err);
    }
}
