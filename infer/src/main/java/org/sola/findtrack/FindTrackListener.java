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
     * @param done candidate frames looked at, or masks of followed objects
     * @param of all of them
     */
    void step(Stage stage, int done, int of);
}
