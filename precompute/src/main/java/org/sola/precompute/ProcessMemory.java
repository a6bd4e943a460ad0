package org.sola.precompute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** What the operating system says of this process's memory, native memory included; Linux only, empty elsewhere. */
public final class ProcessMemory {
    private static final Path STATUS = Path.of("/proc/self/status");

    private ProcessMemory() {}

    /** The most memory that was resident so far, in bytes. */
    public static OptionalLong peakResidentBytes() {
        return field("VmHWM:");
    }

    /** The memory that is resident now, in bytes. */
    public static OptionalLong residentBytes() {
        return field("VmRSS:");
    }

    private static OptionalLong field(String name) {
        if (!Files.isReadable(STATUS)) {
            return OptionalLong.empty();
        }
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(name)) {
                    var parts = line.substring(name.length()).strip().split("\\s+");
                    return OptionalLong.of(Long.parseLong(parts[0]) * 1024); // the kernel prints kB and means KiB
                }
            }
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty(); // a figure for the log only
        }
        return OptionalLong.empty();
    }
}
