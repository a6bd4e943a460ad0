package org.sola.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** A command line that was run within the test, with what it wrote. */
record CommandRun(int status, String out, String err) {
    static CommandRun of(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int status = Main.execute(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new CommandRun(status, out.toString(), err.toString());
    }

    /** The lines on stderr. */
    List<String> errorLines() {
        return err.lines().toList();
    }
}
