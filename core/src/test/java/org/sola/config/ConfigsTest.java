package org.sola.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigsTest {
    enum Schedule {
        CONSTANT,
        PLATEAU
    }

    record Optimizer(double learningRate, float weightDecay, Schedule schedule) {
        Optimizer {
            if (learningRate <= 0) {
                throw new IllegalArgumentException("learningRate is " + learningRate + ", expected above 0");
            }
        }
    }

    record Settings(String name, int epochs, long seed, boolean resume, List<Integer> stages, Optimizer optimizer) {}

    private static final String DEFAULTS =
            """
            # every default stands here
            name: base
            epochs: 20
            seed: 7
            resume: true
            stages: [1, 2, 4]
            optimizer:
              learningRate: 1e-4 # the selector's
              weightDecay: 0.01
              schedule: plateau
            """;

    private static ConfigSource yaml(String name, String text) {
        return new ConfigSource(name, () -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Settings load(String file, Map<String, String> overrides) {
        return Configs.loadSources(
                Settings.class, List.of(yaml("defaults.yaml", DEFAULTS), yaml("mine.yaml", file)), overrides);
    }

    private static String refusal(String file, Map<String, String> overrides) {
        return assertThrows(ConfigException.class, () -> load(file, overrides)).getMessage();
    }

    @Test
    void theCommandLineWinsOverTheFileAndTheFileOverTheDefault() {
        var overrides = new LinkedHashMap<String, String>();
        overrides.put("optimizer.schedule", "CONSTANT");
        overrides.put("stages", "[3]");
        overrides.put("name", "007");
        var settings = load("epochs: 5\noptimizer: {weightDecay: 0}\n", overrides);
        assertEquals(new Settings("007", 5, 7, true, List.of(3), new Optimizer(1e-4, 0f, Schedule.CONSTANT)), settings);
    }

    @Test
    void anUnknownKeyProposesTheNearest() {
        String message = refusal("optimizer:\n  lerningRate: 0.1\n", Map.of());
        assertTrue(
                message.startsWith("mine.yaml: unknown key \"optimizer.lerningRate\"; nearest: learningRate"), message);
        assertTrue(refusal("", Map.of("epoch", "3")).startsWith("--set: unknown key \"epoch\"; nearest: epochs"));
        assertTrue(refusal("", Map.of("epochs.x", "3")).startsWith("--set: key \"epochs\" is "));
    }

    @Test
    void aValueOfAnotherTypeNamesKeyFoundAndExpected() {
        assertEquals("mine.yaml: key \"epochs\" is 2.5, expected a whole number", refusal("epochs: 2.5", Map.of()));
        assertEquals(
                "--set: key \"resume\" is \"perhaps\", expected true or false",
                refusal("", Map.of("resume", "perhaps")));
        assertEquals(
                "mine.yaml: key \"stages[1]\" is \"x\", expected a whole number", refusal("stages: [1, x]", Map.of()));
        assertEquals(
                "mine.yaml: key \"optimizer.schedule\" is \"cosine\", expected one of constant, plateau",
                refusal("optimizer: {schedule: cosine}", Map.of()));
        assertEquals(
                "mine.yaml: key \"optimizer.learningRate\" is \"fast\", expected a number",
                refusal("optimizer: {learningRate: fast}", Map.of()));
        assertEquals(
                "mine.yaml: key \"optimizer\" is 3, expected a section of keys and values",
                refusal("optimizer: 3", Map.of()));
    }

    @Test
    void aValueThatTheRecordRefusesNamesItsSection() {
        assertEquals(
                "defaults.yaml, mine.yaml: section \"optimizer\": learningRate is -1.0, expected above 0",
                refusal("optimizer: {learningRate: -1}", Map.of()));
    }

    @Test
    void aKeyWithoutAnyValueIsNamed() {
        var failure = assertThrows(
                ConfigException.class,
                () -> Configs.loadSources(Settings.class, List.of(yaml("a.yaml", "name: x")), Map.of()));
        assertEquals("a.yaml: key \"epochs\" has no value", failure.getMessage());
    }

    @Test
    void brokenYamlNamesThePlace() {
        assertTrue(refusal("epochs: [1\nname: x", Map.of()).startsWith("mine.yaml is not valid YAML at line 2"));
        assertTrue(refusal("epochs: 1\nepochs: 2\n", Map.of()).contains("epochs"));
        assertEquals("mine.yaml: found ARRAY, expected keys and values", refusal("- 1", Map.of()));
    }

    @Test
    void theEffectiveSettingsReadBackEqual(@TempDir Path folder) throws Exception {
        var settings = load("name: 'yes'", Map.of("seed", "123456789012"));
        Path file = Files.writeString(folder.resolve("effective.yaml"), Configs.toYaml(settings));
        assertEquals(settings, Configs.load(Settings.class, List.of(file), Map.of()));
    }

    @Test
    void aFileThatIsNotThereIsNamed(@TempDir Path folder) {
        Path file = folder.resolve("none.yaml");
        var failure = assertThrows(ConfigException.class, () -> Configs.load(Settings.class, List.of(file), Map.of()));
        assertEquals(file + " does not exist", failure.getMessage());
    }

    @Test
    void anOverrideIsKeyEqualsValue() {
        assertEquals(Map.entry("a.b", "c=d"), Configs.override("a.b=c=d"));
        assertThrows(ConfigException.class, () -> Configs.override("a.b"));
    }

    record Choice(Optional<Optimizer> first, Optional<String> second) {}

    @Test
    void whatIsOptionalMayBeLeftOut() {
        String text = "first:\n  learningRate: 0.1\n  weightDecay: 0\n  schedule: constant\n";
        var choice = Configs.loadSources(Choice.class, List.of(yaml("choice.yaml", text)), Map.of());
        assertEquals(new Choice(Optional.of(new Optimizer(0.1, 0, Schedule.CONSTANT)), Optional.empty()), choice);
        assertEquals(
                choice,
                Configs.loadSources(Choice.class, List.of(yaml("again.yaml", Configs.toYaml(choice))), Map.of()));
        var given = Configs.loadSources(Choice.class, List.of(yaml("none.yaml", "")), Map.of("second", "word"));
        assertEquals(Optional.of("word"), given.second());
    }

    @Test
    void anOptionalSectionIsWholeOrNotThere() {
        var refused = assertThrows(
                ConfigException.class,
                () -> Configs.loadSources(
                        Choice.class, List.of(yaml("choice.yaml", "first:\n  learningRate: 0.1\n")), Map.of()));
        assertTrue(refused.getMessage().contains("\"first.weightDecay\" has no value"), refused.getMessage());
    }
}
