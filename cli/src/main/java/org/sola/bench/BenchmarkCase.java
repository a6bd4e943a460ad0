package org.sola.bench;

import java.util.Map;

/** Something that is set up once and then run as often as it is to be measured; closing it frees what it holds. */
public interface BenchmarkCase extends AutoCloseable {
    /** One run. */
    void run();

    /** Facts about the last run that belong beside its time, by the names that they have in the JSON. */
    default Map<String, Object> facts() {
        return Map.of();
    }

    @Override
    void close();
}
