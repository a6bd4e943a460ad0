package org.sola.catalogue;

/** Who says what a file's hash is. */
public enum Statement {
    /** Those who made it, where they publish it. */
    AUTHORS,
    /** Public copies that agree with each other; the authors say nothing. */
    COPIES,
    /** Nobody: the hash of the first download is kept. */
    NOBODY
}
