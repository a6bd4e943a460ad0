package org.sola.train.findtrack;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.sola.demo.DemoVideo;
import org.sola.demo.RenderedFrame;
import org.sola.demo.SceneConfig;
import org.sola.evfsam.EvfSam;

/**
 * Draws single frames of generated videos with expressions that one frame is enough for: what moves how is left out.
 *
 * @param network that is to see them
 * @param recipe how many of each
 * @param pieces an expression's word pieces, ends included
 */
record ReferringSampler(EvfSam network, FindTrackRecipe.Segmenter recipe, Function<String, long[]> pieces) {
    private static final int SMALLEST_SIDE = 64;

    /** The narrowest frames, height to width: those of films. */
    private static final double NARROWEST = 9 / 16.0;

    /** A step's frames and expressions; they follow from {@code random} alone. */
    ReferringBatch sample(SplittableRandom random) {
        var frames = new ArrayList<ReferringBatch.Frame>();
        for (int v = 0; v < recipe.videos(); v++) {
            Optional<List<ReferringBatch.Frame>> drawn = Optional.empty();
            while (drawn.isEmpty()) {
                drawn = frames(random);
            }
            frames.addAll(drawn.get());
        }
        return ReferringBatch.of(frames, network);
    }

    /** Empty where a video has no expression of the wanted kinds. */
    private Optional<List<ReferringBatch.Frame>> frames(SplittableRandom random) {
        int width = network.imageSize();
        boolean isWide = random.nextDouble() < recipe.wideShare();
        int height = isWide ? Math.max(SMALLEST_SIDE, (int) (width * random.nextDouble(NARROWEST, 1))) : width;
        var scenes = SceneConfig.video().withSize(height, width).withFrames(recipe.videoFrames(), recipe.videoFrames());
        var video = DemoVideo.of(random.nextLong(), scenes, recipe.richness());
        var meant = new ArrayList<ReferringBatch.Meant>();
        for (var expression : video.expressions()) {
            long[] cut = pieces.apply(expression.text());
            if (!expression.saysMotion()
                    && cut.length <= network.config().fusion().maxPieces()) {
                meant.add(new ReferringBatch.Meant(cut, expression.objects()));
            }
        }
        if (meant.isEmpty()) {
            return Optional.empty();
        }
        var left = new ArrayList<>(video.frames());
        var frames = new ArrayList<ReferringBatch.Frame>();
        int next = 0;
        for (int f = 0; f < recipe.frames(); f++) {
            RenderedFrame frame = left.remove(random.nextInt(left.size()));
            var asked = new ArrayList<ReferringBatch.Meant>();
            for (int e = 0; e < recipe.expressions(); e++) {
                asked.add(meant.get(next++ % meant.size())); // the writer has shuffled them
            }
            frames.add(new ReferringBatch.Frame(frame, asked));
        }
        return Optional.of(List.copyOf(frames));
    }
}
