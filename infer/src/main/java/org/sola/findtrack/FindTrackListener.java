package org.sola.findtrack;

/** Told how far the answers to a video are. */
@FunctionalInterface
public interface FindTrackListener {
    /** What is being done. */
    enum Stage {
        FIND,
        PROPAGATE
    }

    /**
     * @param done candidate frames looked at, or frames followed through
     * @param of all of them; 0 where that is not known
     */
    void step(Stage stage, int done, int of);
}
