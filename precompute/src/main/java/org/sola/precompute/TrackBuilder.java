package org.sola.precompute;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sola.mask.Mask;
import org.sola.mask.Rle;
import org.sola.sam2.ObjectFrame;

/** A track while it grows: an answer a frame, in any order. */
final class TrackBuilder {
    private final TrackPrompt prompt;
    private final Rle[] masks;
    private final float[] scores;
    private final float[] tokens; // (T, D)
    private final int tokenDim;

    TrackBuilder(TrackPrompt prompt, int frames, int tokenDim) {
        this.prompt = prompt;
        this.masks = new Rle[frames];
        this.scores = new float[frames];
        this.tokens = new float[frames * tokenDim];
        this.tokenDim = tokenDim;
    }

    void put(ObjectFrame answer, Mask mask) {
        masks[answer.frame()] = Rle.encode(mask);
        scores[answer.frame()] = answer.score();
        System.arraycopy(answer.pointer(), 0, tokens, answer.frame() * tokenDim, tokenDim);
    }

    Mask mask(int frame) {
        return masks[frame].decode();
    }

    /** One a frame; all frames must have been put. */
    List<Rle> masks() {
        return List.of(masks);
    }

    private Track build(int id) {
        return new Track(
                id,
                prompt.source(),
                prompt.frame(),
                prompt.predictedIou(),
                prompt.stability(),
                prompt.expression(),
                Arrays.asList(masks),
                scores);
    }

    /** All tracks of a video, numbered in this order. */
    static VideoTracks video(
            String id, List<String> frameNames, int height, int width, List<TrackBuilder> builders, int tokenDim) {
        var tracks = new ArrayList<Track>();
        int length = frameNames.size() * tokenDim;
        var tokens = new float[Math.multiplyExact(builders.size(), length)];
        for (var builder : builders) {
            System.arraycopy(builder.tokens, 0, tokens, tracks.size() * length, length);
            tracks.add(builder.build(tracks.size()));
        }
        return new VideoTracks(id, frameNames, height, width, tracks, tokens, tokenDim);
    }
}
