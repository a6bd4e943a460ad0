package org.sola.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;

/**
 * The whole help of every command as text files, so that a change of an option shows in review. After a wanted change
 * run once with {@code -Dhelp.update=true}.
 */
class HelpTest {
    private static final Path GOLDEN = Path.of("src/test/resources/help");

    private static Stream<CommandLine> all(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(HelpTest::all));
    }

    @TestFactory
    List<DynamicTest> theHelpOfEveryCommandIsAsRecorded() {
        var tests = new ArrayList<DynamicTest>();
        all(Main.commandLine()).forEach(command -> {
            String name = command.getCommandSpec().qualifiedName("-");
            tests.add(DynamicTest.dynamicTest(name, () -> compare(command, GOLDEN.resolve(name + ".txt"))));
        });
        return tests;
    }

    private static void compare(CommandLine command, Path file) throws IOException {
        var text = new StringWriter();
        try (var writer = new java.io.PrintWriter(text)) {
            command.usage(writer, CommandLine.Help.Ansi.OFF);
        }
        String help = text.toString().replace("\r\n", "\n");
        if (Boolean.getBoolean("help.update")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, help);
        }
        assertTrue(Files.isRegularFile(file), file + " is missing; run once with -Dhelp.update=true");
        assertEquals(Files.readString(file), help);
        assertTrue(help.contains("Examples:"), "two examples belong into every help");
    }
}
