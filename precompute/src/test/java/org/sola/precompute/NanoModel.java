package org.sola.precompute;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sola.image.ImageFiles;
import org.sola.image.RgbImage;
import org.sola.mask.Mask;
import org.sola.mask.Rle;
import org.sola.sam2.Sam2;
import org.sola.sam2.Sam2Config;
import org.sola.tensor.Weights;
import org.sola.video.Video;

/** The small network with random weights, and clips of moving squares for it. */
final class NanoModel {
    static final int SIDE = 96;

    private static final Path CONFIGS = Path.of(System.getProperty("sola.home", ".."), "configs");

    private NanoModel() {}

    static Sam2 random(NDManager manager) throws IOException {
        var config = Sam2Config.read(CONFIGS.resolve("models").resolve("sam2.1-nano.yaml"));
        return Sam2.of(config, Weights.initialise(7, manager));
    }

    /** The demo's recipe, with a coarse grid and without thresholds, which random weights would not pass. */
    static PrecomputeRecipe recipe(int pointsPerSide, int batchSize, int maximumTracks) {
        var demo = PrecomputeRecipe.read(CONFIGS.resolve("precompute").resolve("demo.yaml"));
        var grid = new PrecomputeRecipe.Grid(4, pointsPerSide, 64, 0, 0, 1, 0.7f, 0, 0.7);
        var rule = new TrackRule(4, 0, batchSize, 200, batchSize, maximumTracks, false, 0.7, MaskComparison.NATIVE, 1);
        return new PrecomputeRecipe("test", grid, demo.boxes(), rule, rule);
    }

    private static boolean isInside(int object, int frame, int y, int x) {
        int left = 8 + 30 * object + frame % 20;
        int top = 10 + 25 * object;
        return x >= left && x < left + 20 && y >= top && y < top + 24;
    }

    /** Two squares that move to the right. */
    static VideoSource clip(Path folder, int frames) throws IOException {
        Files.createDirectories(folder);
        for (int t = 0; t < frames; t++) {
            var rgb = new byte[SIDE * SIDE * 3];
            for (int i = 0; i < SIDE * SIDE; i++) {
                int y = i / SIDE;
                int x = i % SIDE;
                rgb[3 * i] = (byte) (isInside(0, t, y, x) ? 220 : 40);
                rgb[3 * i + 1] = (byte) (isInside(1, t, y, x) ? 200 : 60);
                rgb[3 * i + 2] = (byte) (x + y);
            }
            ImageFiles.writePng(folder.resolve(String.format("%05d.png", t)), new RgbImage(SIDE, SIDE, rgb));
        }
        return withObjects(VideoSource.of(folder), frames);
    }

    private static VideoSource withObjects(VideoSource source, int frames) {
        return new VideoSource() {
            @Override
            public String id() {
                return source.id();
            }

            @Override
            public Video open() throws IOException {
                return source.open();
            }

            @Override
            public List<String> frameNames(int count) {
                return source.frameNames(count);
            }

            @Override
            public Map<String, List<Rle>> objects(int height, int width) {
                var objects = new TreeMap<String, List<Rle>>();
                for (int object = 0; object < 2; object++) {
                    var masks = new ArrayList<Rle>();
                    for (int t = 0; t < frames; t++) {
                        int o = object;
                        int frame = t;
                        masks.add(Rle.encode(Mask.of(height, width, (y, x) -> isInside(o, frame, y, x))));
                    }
                    objects.put(Integer.toString(object), masks);
                }
                return objects;
            }

            @Override
            public String stamp() {
                try {
                    return source.stamp();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }
}
