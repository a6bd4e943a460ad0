package org.sola.parity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Every parity case below a folder, each run by the runner of its kind. */
public final class ParitySuite {
    private final List<ParityRunner> runners;

    private ParitySuite(List<ParityRunner> runners) {
        this.runners = runners;
    }

    /** @param modelConfigs the folder {@code configs/models}, which holds the sizes that cases name */
    public static ParitySuite of(Path modelConfigs) {
        return new ParitySuite(ParityRunners.all(modelConfigs));
    }

    /** The folders at or below {@code root} that hold a case, by path. */
    public static List<Path> cases(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            return files.filter(ParityCase::isCase)
                    .map(file -> file.toAbsolutePath().getParent())
                    .sorted()
                    .toList();
        }
    }

    /** The runner for a case, empty when its kind is unknown. */
    public Optional<ParityRunner> runner(ParityCase parityCase) {
        return runners.stream().filter(runner -> runner.accepts(parityCase)).findFirst();
    }

    /** Runs the case in {@code folder}; whatever goes wrong is in the row. */
    public ParityRow run(Path folder) {
        long start = System.nanoTime();
        String name = folder.getParent().getFileName() + "/" + folder.getFileName();
        Checks checks = null;
        String message;
        try {
            var parityCase = ParityCase.open(folder);
            name = parityCase.name();
            checks = new Checks(parityCase);
            var runner = runner(parityCase);
            if (runner.isEmpty()) {
                message = "no runner knows this kind of case";
            } else {
                runner.get().run(parityCase, checks);
                message = left(parityCase, checks);
            }
        } catch (Exception e) {
            message = e.getClass().getSimpleName() + ": " + e.getMessage();
        }
        return row(name, checks, message, (System.nanoTime() - start) / 1e9);
    }

    /** A case is not right while something it expects was never compared. */
    private static String left(ParityCase parityCase, Checks checks) {
        var left = parityCase.tensorNames("out.").stream()
                .filter(tensor -> !checks.errors().containsKey(tensor))
                .toList();
        return left.isEmpty()
                ? ""
                : left.size() + " expected tensors were not computed: "
                        + String.join(", ", left.subList(0, Math.min(4, left.size())));
    }

    private static ParityRow row(String name, Checks checks, String message, double seconds) {
        var errors = new TreeMap<Double, String>();
        int compared = 0;
        if (checks != null) {
            compared = checks.errors().size();
            checks.errors().forEach((tensor, error) -> errors.putIfAbsent(error, tensor));
        }
        double worst = errors.isEmpty() ? 0 : errors.lastKey();
        String worstTensor = errors.isEmpty() ? "" : errors.lastEntry().getValue();
        boolean ok = message.isEmpty() && compared > 0 && worst <= 1;
        return new ParityRow(name, compared, worst, worstTensor, ok, message, seconds);
    }
}
