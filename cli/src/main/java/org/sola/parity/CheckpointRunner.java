package org.sola.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.sola.pickle.Bytes;
import org.sola.pickle.None;
import org.sola.pickle.Tuple;
import org.sola.tensor.CheckpointException;
import org.sola.tensor.ElementType;
import org.sola.tensor.FormulaWeights;
import org.sola.tensor.TorchCheckpoint;

/** Files that torch wrote, read value by value, and files that must be refused. */
final class CheckpointRunner implements ParityRunner {
    /** A global as the descriptions of the malicious files name it. */
    private static final Pattern GLOBAL = Pattern.compile("\\b(posix|os|builtins|subprocess|importlib)\\.[A-Za-z_]+");

    /** The mark that a file leaves when its code is run. */
    private static final Path MARK = Path.of("PWNED");

    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.json().path("malicious").isObject()
                && parityCase.json().path("files").isObject();
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws IOException {
        boolean wasMarked = Files.exists(MARK);
        String prefix = "";
        for (var entry : parityCase.json().path("files").properties()) {
            if (!entry.getKey().endsWith(".pt")) {
                continue;
            }
            String own = entry.getKey().replaceFirst("(_legacy)?\\.pt$", "") + "/";
            // "the same in the old container" is described after the file that it repeats
            prefix = parityCase.tensorNames(own).isEmpty() ? prefix : own;
            var file = TorchCheckpoint.open(parityCase.folder().resolve(entry.getKey()));
            tensors(parityCase, checks, prefix, file);
            plainValues(parityCase.json().path(prefix.replace("/", "")), checks, file);
        }
        formula(parityCase, checks);
        for (var entry : parityCase.json().path("malicious").properties()) {
            var file = parityCase.folder().resolve("malicious").resolve(entry.getKey());
            checks.fact(
                    "malicious/" + entry.getKey(),
                    isRefused(file, entry.getValue().asText()));
        }
        checks.fact("no code was run", wasMarked || !Files.exists(MARK));
    }

    private static void tensors(ParityCase parityCase, Checks checks, String prefix, TorchCheckpoint file)
            throws IOException {
        var want = parityCase.file();
        var names = new TreeSet<String>();
        for (String name : parityCase.tensorNames(prefix)) {
            String path = name.substring(prefix.length());
            names.add(path);
            boolean isSame = file.everyTensor().containsKey(path)
                    && file.info(path).type() == want.info(name).type()
                    && file.info(path).shape().equals(want.info(name).shape())
                    && file.bytes(path).equals(want.bytes(name));
            checks.fact(file.file().getFileName() + "/" + path, isSame);
        }
        checks.fact(
                file.file().getFileName() + ": these and no others",
                names.equals(new TreeSet<>(file.everyTensor().keySet())));
    }

    /** The tensors whose values are given by formula. */
    private static void formula(ParityCase parityCase, Checks checks) throws IOException {
        var params = parityCase.folder().resolve("params.tsv");
        var first = parityCase.json().path("files").fieldNames();
        if (!Files.isRegularFile(params) || !first.hasNext()) {
            return;
        }
        var file = TorchCheckpoint.open(parityCase.folder().resolve(first.next()));
        for (var rule : FormulaWeights.read(params).entrySet()) {
            var shape = rule.getValue().shape();
            var want = FormulaWeights.values(
                    rule.getKey(),
                    Math.toIntExact(shape.size()),
                    parityCase.seed(),
                    rule.getValue().offset(),
                    rule.getValue().scale());
            boolean isSame = file.tensors().containsKey(rule.getKey())
                    && java.util.Arrays.equals(want, file.floats(rule.getKey()));
            checks.fact("formula/" + rule.getKey(), isSame);
        }
    }

    private static void plainValues(JsonNode want, Checks checks, TorchCheckpoint file) {
        if (!(file.content() instanceof Map<?, ?> content)) {
            return;
        }
        for (var entry : want.properties()) {
            String key = entry.getKey().replaceFirst("_hex$", "");
            if (content.containsKey(key)) {
                checks.fact(file.file().getFileName() + "/" + key, isSame(content.get(key), entry.getValue()));
            }
        }
    }

    private static boolean isSame(Object got, JsonNode want) {
        if (got instanceof Map<?, ?> map) {
            return map.size() == want.size()
                    && map.entrySet().stream()
                            .allMatch(entry -> isSame(entry.getValue(), want.path(String.valueOf(entry.getKey()))));
        }
        if (got instanceof Tuple tuple) {
            return isSameList(tuple.items(), want);
        }
        if (got instanceof java.util.Set<?> set) {
            return isSameList(List.copyOf(set), want);
        }
        if (got instanceof List<?> list) {
            return isSameList(list, want);
        }
        if (got instanceof ElementType type) {
            return want.asText().equals("torch." + type.name().toLowerCase(java.util.Locale.ROOT));
        }
        if (got instanceof Double number && want.isTextual()) {
            return Double.isInfinite(number) && want.asText().equals(number > 0 ? "inf" : "-inf");
        }
        if (got instanceof Double number) {
            return number == want.asDouble();
        }
        return got == None.NONE ? want.isNull() : text(got).equals(want.asText());
    }

    private static String text(Object value) {
        return value instanceof Bytes bytes ? bytes.toString() : String.valueOf(value);
    }

    private static boolean isSameList(List<?> got, JsonNode want) {
        boolean isSame = got.size() == want.size();
        for (int i = 0; isSame && i < got.size(); i++) {
            isSame = isSame(got.get(i), want.get(i));
        }
        return isSame;
    }

    /** Whether the refusal names the file and, where the description tells one, the global. */
    private static boolean isRefused(Path file, String description) throws IOException {
        try {
            TorchCheckpoint.open(file);
            return false;
        } catch (CheckpointException refusal) {
            var global = GLOBAL.matcher(description);
            String named = global.find() ? global.group() : "";
            return refusal.getMessage().contains(file.getFileName().toString())
                    && (refusal.getMessage().contains(named)
                            // os.system pickles under the module that defines it
                            || refusal.getMessage().contains(named.replaceFirst("^os\\.", "posix.")));
        }
    }
}
