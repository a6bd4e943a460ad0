package org.sola.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sola.config.Configs;
import picocli.CommandLine.Option;

/** Settings of a command: a file of defaults, the user's file over it, single keys over both. */
final class ConfigOptions {
    @Option(names = "--config", order = 80, paramLabel = "FILE", description = "Settings in YAML, over the defaults.")
    private Optional<Path> file;

    @Option(
            names = "--set",
            order = 81,
            paramLabel = "KEY=VALUE",
            description = "One setting, over the file; may be given again.")
    private List<String> single = List.of();

    @Option(names = "--print-config", order = 82, description = "Print the settings that would take effect, and stop.")
    private boolean print;

    /** The settings that take effect. */
    <T extends Record> T load(Class<T> type, Path defaults) {
        var overrides = new LinkedHashMap<String, String>();
        for (String each : single) {
            Map.Entry<String, String> setting = Configs.override(each);
            overrides.put(setting.getKey(), setting.getValue());
        }
        return Configs.load(type, file.map(own -> List.of(defaults, own)).orElse(List.of(defaults)), overrides);
    }

    /** Whether only the settings are asked for; they are printed then, and the command is done. */
    boolean isPrinted(Console console, Record recipe) {
        if (print) {
            console.result(Configs.toYaml(recipe).stripTrailing());
        }
        return print;
    }
}
