package org.sola.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a project of its own, with a Maven and a Java that only say what they were asked. */
class LauncherTest {
    private static final List<String> MODULES = List.of("core", "models", "precompute", "train", "infer", "cli");

    @TempDir
    private Path folder;

    private Path home;
    private Path tools;

    private record Result(int status, String out, String err) {}

    @BeforeEach
    void makeProject() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "the launcher is a shell script");
        home = Files.createDirectories(folder.resolve("a project"));
        Files.copy(Path.of(System.getProperty("sola.home")).resolve("sola"), home.resolve("sola"));
        executable(home.resolve("sola"));
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        for (String module : MODULES) {
            Files.createDirectories(home.resolve(module + "/src/main/java"));
            Files.writeString(home.resolve(module + "/pom.xml"), "<project/>");
            Files.writeString(home.resolve(module + "/src/main/java/A.java"), "class A {}");
        }
        makeOlder(home);
        tools = Files.createDirectories(folder.resolve("tools"));
        for (String tool : List.of(
                "readlink", "dirname", "sed", "head", "find", "mkdir", "cat", "rm", "sleep", "touch", "cp", "mv")) {
            String place = Files.exists(Path.of("/bin/" + tool)) ? "/bin/" : "/usr/bin/";
            script(tool, "exec " + place + tool + " \"$@\"\n");
        }
        script(
                "java",
                """
                if [ "$1" = -version ]; then echo 'openjdk version "17.0.1" 2021-10-19' >&2; exit 0; fi
                for argument in "$@"; do echo "<$argument>"; done
                """);
        script(
                "mvn",
                """
                echo built >> build.log
                for module in core models precompute train infer cli; do
                    mkdir -p $module/target; echo jar > $module/target/sola-$module.jar
                done
                echo /repository/picocli.jar > cli/target/dependencies.classpath
                """);
    }

    /** Everything written so far becomes a minute old, so that a touched file is surely newer than a build. */
    private static void makeOlder(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            for (var file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
            }
        }
    }

    private void script(String name, String body) throws IOException {
        Files.writeString(tools.resolve(name), "#!/bin/sh\n" + body);
        executable(tools.resolve(name));
    }

    private static void executable(Path file) {
        assertTrue(file.toFile().setExecutable(true));
    }

    private Result run(Path workingFolder, String launcher, String... arguments)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(launcher);
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(workingFolder.toFile());
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("PATH", tools.toString());
        var out = folder.resolve("out.txt");
        var err = folder.resolve("err.txt");
        int status = builder.redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start()
                .waitFor();
        return new Result(
                status, Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }

    private long builds() throws IOException {
        return Files.exists(home.resolve("build.log"))
                ? Files.readAllLines(home.resolve("build.log")).size()
                : 0;
    }

    @Test
    void firstUseBuildsThenStartsTheProgram() throws Exception {
        var first = run(home, "./sola", "models", "list");
        assertEquals(0, first.status(), first.err());
        assertTrue(first.err().contains("first use"), first.err());
        assertTrue(first.out().endsWith("<org.sola.cli.Main>\n<models>\n<list>\n"), first.out());
        var second = run(home, "./sola", "models", "list");
        assertEquals("", second.err());
        assertEquals(1, builds());
    }

    @Test
    void argumentsArriveAsTheyWereGiven() throws Exception {
        var result = run(home, "./sola", "segment", "a b.mp4", "the \"red\" car * $HOME", "");
        assertTrue(result.out().endsWith("<segment>\n<a b.mp4>\n<the \"red\" car * $HOME>\n<>\n"), result.out());
    }

    @Test
    void changedSourcesAreBuiltAgain() throws Exception {
        run(home, "./sola");
        var source = home.resolve("core/src/main/java/A.java");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(2)));
        var result = run(home, "./sola");
        assertTrue(result.err().contains("sources changed"), result.err());
        assertEquals(2, builds());
    }

    @Test
    void itWorksFromElsewhereAndThroughALink() throws Exception {
        Files.createSymbolicLink(folder.resolve("link"), home.resolve("sola"));
        var result = run(folder, folder.resolve("link").toString(), "doctor");
        assertEquals(0, result.status(), result.err());
        assertTrue(result.out().contains("<-Dsola.home=" + home.toRealPath() + ">"), result.out());
    }

    @Test
    void aFailedBuildIsSaidAndNotKept() throws Exception {
        script("mvn", "echo '[ERROR] broken' ; exit 1\n");
        var result = run(home, "./sola", "doctor");
        assertEquals(2, result.status());
        assertTrue(result.err().contains("the build failed"), result.err());
        assertFalse(Files.exists(home.resolve("cli/target/sola/current")));
        assertFalse(Files.exists(home.resolve("cli/target/sola/lock")));
    }

    @Test
    void withoutMavenItSaysWhatToInstall() throws Exception {
        Files.delete(tools.resolve("mvn"));
        var result = run(home, "./sola", "doctor");
        assertEquals(2, result.status());
        assertTrue(result.err().contains("Maven 3.8 or later is needed"), result.err());
    }

    @Test
    void anOldJavaIsRefusedWithItsVersion() throws Exception {
        script("java", "echo 'java version \"1.8.0_402\"' >&2\n");
        var result = run(home, "./sola", "doctor");
        assertEquals(2, result.status());
        assertTrue(
                result.err().contains("Java 17 or later is needed")
                        && result.err().contains("1.8.0_402"),
                result.err());
    }

    @Test
    void withoutJavaItSaysWhatToInstall() throws Exception {
        Files.delete(tools.resolve("java"));
        var result = run(home, "./sola", "doctor");
        assertEquals(2, result.status());
        assertTrue(result.err().contains("no 'java' was found"), result.err());
    }
}
