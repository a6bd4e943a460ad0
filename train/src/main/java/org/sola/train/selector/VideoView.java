package org.sola.train.selector;

import java.io.IOException;
import java.util.Random;
import java.util.stream.IntStream;

/** Some tracks and a run of frames of a video: what one training step sees of it. */
final class VideoView {
    private final TrainingVideo video;
    private final int[] kept;
    private final int firstFrame;
    private final int frames;

    private VideoView(TrainingVideo video, int[] kept, int firstFrame, int frames) {
        this.video = video;
        this.kept = kept;
        this.firstFrame = firstFrame;
        this.frames = frames;
    }

    static VideoView whole(TrainingVideo video) {
        return new VideoView(video, IntStream.range(0, video.tracks()).toArray(), 0, video.frames());
    }

    /** Leaves out tracks and frames by chance. */
    static VideoView random(TrainingVideo video, TrainingRecipe.Augmentation augmentation, Random random) {
        int[] kept = IntStream.range(0, video.tracks())
                .filter(n -> random.nextDouble() >= augmentation.trackDropout())
                .toArray();
        if (kept.length == 0) {
            kept = new int[] {random.nextInt(video.tracks())};
        }
        double share = 1 - (1 - augmentation.frameCrop()) * random.nextDouble();
        int frames = Math.max(1, (int) Math.round(share * video.frames()));
        return new VideoView(video, kept, random.nextInt(video.frames() - frames + 1), frames);
    }

    int tracks() {
        return kept.length;
    }

    int frames() {
        return frames;
    }

    /** (tracks, frames, tokenDim); not to be changed. */
    float[] tokens() throws IOException {
        return video.tokens(kept, firstFrame, frames);
    }

    /** Copies the kept tracks' values. */
    void pick(float[] perTrack, float[] target, int offset) {
        for (int i = 0; i < kept.length; i++) {
            target[offset + i] = perTrack[kept[i]];
        }
    }
}
