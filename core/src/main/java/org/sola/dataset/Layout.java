package org.sola.dataset;

/** The publishers' layouts that are read. */
public enum Layout {
    MEVIS("MeViS", "mevis"),
    REF_YOUTUBE_VOS("Ref-YouTube-VOS", "ytvos"),
    REF_DAVIS("Ref-DAVIS17", "davis"),
    A2D_SENTENCES("A2D-Sentences", "a2d"),
    JHMDB_SENTENCES("JHMDB-Sentences", "jhmdb");

    private final String title;
    private final String command;

    Layout(String title, String command) {
        this.title = title;
        this.command = command;
    }

    /** As its publishers write it. */
    public String title() {
        return title;
    }

    /** As {@code sola data} calls it. */
    public String command() {
        return command;
    }
}
