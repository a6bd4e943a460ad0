package org.sola.cutie;

/**
 * How a network is used on videos; none of it is learnt. Names in brackets are those of the published configuration.
 *
 * @param shorterSide pixels of the shorter side that frames are shrunk to, 0 for their own size (max_internal_size)
 * @param enlarges whether smaller frames are enlarged to it as well, as FindTrack does and Cutie does not
 * @param mirrors whether every frame is seen mirrored too and the two answers averaged (flip_aug): twice the work
 * @param topK memories that a place reads from
 * @param memoryEvery frames from one memory to the next (mem_every)
 * @param sensoryUpdates how often the decoder updates the sensory memory between two memories (stagger_updates)
 * @param memoryFrames frames in the working memory without long-term memory, the first one included (max_mem_frames)
 * @param usesLongTerm whether older memories are condensed instead of dropped
 * @param longTerm the long-term memory, where it is used
 * @param keepsDeletedMask whether the last mask keeps the channels of deleted objects, as the published code does: an
 *     object behind a deleted one then reads with the wrong last mask once
 */
public record CutieSettings(
        int shorterSide,
        boolean enlarges,
        boolean mirrors,
        int topK,
        int memoryEvery,
        int sensoryUpdates,
        int memoryFrames,
        boolean usesLongTerm,
        LongTerm longTerm,
        boolean keepsDeletedMask) {

    /**
     * The long-term memory.
     *
     * @param mostFrames frames of working memory that start a condensation, the first one included (max_mem_frames)
     * @param leastFrames frames that it leaves (min_mem_frames)
     * @param prototypes tokens that it makes of the others (num_prototypes)
     * @param mostTokens tokens of an object at most (max_num_tokens)
     * @param bufferTokens room made at once when it is full (buffer_tokens)
     */
    public record LongTerm(int mostFrames, int leastFrames, int prototypes, int mostTokens, int bufferTokens) {
        public LongTerm {
            require(leastFrames >= 1 && mostFrames > leastFrames, "leastFrames from 1, and fewer than mostFrames");
            require(prototypes >= 1, "prototypes from 1");
            require(
                    bufferTokens >= 0 && mostTokens > prototypes + bufferTokens,
                    "mostTokens above prototypes + buffer");
        }

        /** Cutie's own. */
        public static LongTerm official() {
            return new LongTerm(10, 5, 128, 10_000, 2_000);
        }
    }

    public CutieSettings {
        require(shorterSide == 0 || shorterSide >= 16, "shorterSide 0, or from 16");
        require(topK >= 1, "topK from 1");
        require(memoryEvery >= 1, "memoryEvery from 1");
        require(sensoryUpdates >= 1, "sensoryUpdates from 1");
        require(memoryFrames >= 1, "memoryFrames from 1");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("Cutie's settings ask for " + what);
        }
    }

    /** Cutie's defaults: frames as they are, five frames of memory, every fifth one. */
    public static CutieSettings official() {
        return new CutieSettings(0, false, false, 30, 5, 5, 5, false, LongTerm.official(), true);
    }

    /** FindTrack's on MeViS: long-term memory, mirrored frames, 600 pixels. */
    public static CutieSettings findTrackMevis() {
        return new CutieSettings(600, true, true, 30, 3, 5, 10, true, LongTerm.official(), true);
    }

    /** FindTrack's on Ref-YouTube-VOS: every frame remembered. */
    public static CutieSettings findTrackYoutubeVos() {
        return new CutieSettings(600, true, true, 30, 1, 5, 10, false, LongTerm.official(), true);
    }

    /** FindTrack's on Ref-DAVIS17, the paper's default. */
    public static CutieSettings findTrackDavis() {
        return new CutieSettings(600, true, true, 30, 3, 5, 10, false, LongTerm.official(), true);
    }

    /** The same with another size of the frames inside the network. */
    public CutieSettings withShorterSide(int pixels, boolean enlarges) {
        return new CutieSettings(
                pixels,
                enlarges,
                mirrors,
                topK,
                memoryEvery,
                sensoryUpdates,
                memoryFrames,
                usesLongTerm,
                longTerm,
                keepsDeletedMask);
    }

    /** The same with or without mirrored frames. */
    public CutieSettings withMirrors(boolean wanted) {
        return new CutieSettings(
                shorterSide,
                enlarges,
                wanted,
                topK,
                memoryEvery,
                sensoryUpdates,
                memoryFrames,
                usesLongTerm,
                longTerm,
                keepsDeletedMask);
    }

    /** Whether the decoder updates the sensory memory so many frames after the last memory. */
    boolean updatesSensory(int framesAfterMemory) {
        if (sensoryUpdates >= memoryEvery) {
            return framesAfterMemory >= 1 && framesAfterMemory <= memoryEvery;
        }
        for (int i = 0; i < sensoryUpdates; i++) {
            double place = sensoryUpdates == 1 ? 1 : 1 + i * (memoryEvery - 1.0) / (sensoryUpdates - 1);
            if (Math.rint(place) == framesAfterMemory) {
                return true;
            }
        }
        return false;
    }
}
