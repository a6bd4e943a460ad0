package org.sola.catalogue;

/** Hears how a fetch goes on; called by the fetching thread. */
public interface FetchListener {
    /** A file begins to come from {@code source}. */
    void begins(PublishedFile file, String source);

    /** {@code done} bytes of the file are here; {@code total} is 0 where the server does not say. */
    void arrived(long done, long total);

    /** Something that explains a wait or a fresh start. */
    void remark(String line);
}
