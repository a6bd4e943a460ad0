package org.sola.parity;

/** Knows how to compute what one kind of case expects. */
public interface ParityRunner {
    /** Whether the case is of this kind, by its files or its folders' names. */
    boolean accepts(ParityCase parityCase);

    /** Computes everything the case expects and compares it; an exception fails the case. */
    void run(ParityCase parityCase, Checks checks) throws Exception;
}
