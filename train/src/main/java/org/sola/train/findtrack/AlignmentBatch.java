package org.sola.train.findtrack;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Function;
import org.sola.alphaclip.AlphaInput;
import org.sola.alphaclip.TextPieces;
import org.sola.demo.DemoVideo;
import org.sola.demo.RenderedFrame;
import org.sola.demo.SceneConfig;
import org.sola.image.RgbImage;
import org.sola.mask.Mask;

/**
 * Videos, each with frames, masks on them and expressions: which mask is which expression's is told within a video only,
 * as an expression of one may be true of another.
 *
 * @param videos of one step
 */
record AlignmentBatch(List<Video> videos) {
    private static final int SIDE = 256;
    private static final int SMALLEST_PIXELS = 60;

    AlignmentBatch {
        videos = List.copyOf(videos);
    }

    /**
     * A frame.
     *
     * @param image its picture
     * @param alphas masks on it as the network reads them, one or more
     */
    record Picture(RgbImage image, List<float[]> alphas) {
        Picture {
            alphas = List.copyOf(alphas);
        }
    }

    /**
     * One video. M masks, those of a frame neighbours, K expressions.
     *
     * @param pictures its frames
     * @param texts its expressions
     * @param fits M rows of K: 1 where the mask shows what the expression means, else 0
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Video(List<Picture> pictures, List<TextPieces> texts, float[] fits) {
        Video {
            pictures = List.copyOf(pictures);
            texts = List.copyOf(texts);
        }

        int masks() {
            return fits.length / texts.size();
        }
    }

    /** What follows from {@code random} alone. */
    static AlignmentBatch sample(
            FindTrackRecipe.Aligner recipe,
            int imageSize,
            Function<String, TextPieces> reader,
            SplittableRandom random) {
        var scenes = SceneConfig.video().withSize(SIDE, SIDE).withFrames(recipe.videoFrames(), recipe.videoFrames());
        var videos = new ArrayList<Video>();
        while (videos.size() < recipe.videos()) {
            video(DemoVideo.of(random.nextLong(), scenes, recipe.richness()), recipe, imageSize, reader, random)
                    .ifPresent(videos::add);
        }
        return new AlignmentBatch(videos);
    }

    /** Empty where there is nothing to tell apart. */
    private static Optional<Video> video(
            DemoVideo video,
            FindTrackRecipe.Aligner recipe,
            int imageSize,
            Function<String, TextPieces> reader,
            SplittableRandom random) {
        var asked = video.expressions().stream()
                .filter(expression -> !expression.saysMotion())
                .limit(recipe.expressions())
                .toList();
        var meant = asked.stream()
                .map(expression -> new TreeSet<>(expression.objects()))
                .filter(objects -> !objects.isEmpty())
                .distinct()
                .toList();
        var left = new ArrayList<>(video.frames());
        var pictures = new ArrayList<Picture>();
        var shown = new ArrayList<TreeSet<Integer>>(); // of each mask
        for (int f = 0; f < recipe.frames(); f++) {
            var frame = left.remove(random.nextInt(left.size()));
            var alphas = new ArrayList<float[]>();
            for (var objects : meant) {
                var mask = mask(frame, objects);
                if (mask.areaPixels() >= SMALLEST_PIXELS) {
                    alphas.add(AlphaInput.alpha(mask, imageSize));
                    shown.add(objects);
                }
            }
            if (!alphas.isEmpty()) {
                pictures.add(new Picture(frame.image(), alphas));
            }
        }
        if (shown.stream().distinct().count() < 2) {
            return Optional.empty();
        }
        var fits = new float[shown.size() * asked.size()];
        for (int m = 0; m < shown.size(); m++) {
            for (int k = 0; k < asked.size(); k++) {
                fits[m * asked.size() + k] =
                        shown.get(m).equals(new TreeSet<>(asked.get(k).objects())) ? 1 : 0;
            }
        }
        return Optional.of(new Video(
                pictures,
                asked.stream()
                        .map(expression -> reader.apply(expression.text()))
                        .toList(),
                fits));
    }

    private static Mask mask(RenderedFrame frame, TreeSet<Integer> objects) {
        int width = frame.image().width();
        return Mask.of(frame.image().height(), width, (y, x) -> objects.contains(frame.owners()[y * width + x] & 0xFF));
    }
}
