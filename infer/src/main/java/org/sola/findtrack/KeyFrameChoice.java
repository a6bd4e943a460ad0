package org.sola.findtrack;

/** Which frame a video is segmented on; all but the first are the paper's ablation (FindTrack, table 4). */
public enum KeyFrameChoice {
    /** The candidate with the highest score. */
    BEST,
    FIRST,
    MIDDLE,
    LAST
}
