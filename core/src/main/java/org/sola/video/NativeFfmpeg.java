package org.sola.video;

import java.nio.charset.StandardCharsets;
import org.bytedeco.ffmpeg.global.avutil;

/** Loads FFmpeg's libraries once, silently; to be called before any other class of Bytedeco is touched. */
final class NativeFfmpeg {
    static {
        // JavaCPP would log to the console, and look for libraries of other installations
        setIfAbsent("org.bytedeco.javacpp.logger.debug", "false");
        setIfAbsent("org.bytedeco.javacpp.pathsFirst", "false");
        // JavaCPP would refuse to allocate once the process is larger than four heaps, which libtorch makes it
        setIfAbsent("org.bytedeco.javacpp.maxPhysicalBytes", "0");
        avutil.av_log_set_level(avutil.AV_LOG_FATAL);
    }

    private NativeFfmpeg() {}

    static void load() {
        // the static block does it
    }

    private static void setIfAbsent(String key, String value) {
        if (System.getProperty(key) == null) {
            System.setProperty(key, value);
        }
    }

    /** FFmpeg's words for a status. */
    static String reason(int status) {
        var text = new byte[256];
        avutil.av_strerror(status, text, text.length);
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, StandardCharsets.UTF_8);
    }
}
