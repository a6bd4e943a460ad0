package org.sola.cutie;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import org.sola.image.RgbImage;
import org.sola.mask.Mask;
import org.sola.tensor.Weights;
import org.sola.video.FrameIterator;
import org.sola.video.Video;

/** The small configuration with random weights, and a moving square to follow. */
public final class NanoCutie {
    static final int HEIGHT = 60;
    static final int WIDTH = 90;

    private NanoCutie() {}

    static CutieConfig config() {
        return CutieConfig.read(Path.of(System.getProperty("sola.home"), "configs/models/cutie-nano.yaml"));
    }

    static Cutie of(NDManager manager) {
        return Cutie.of(config(), Weights.initialise(5, manager));
    }

    static Mask square(int frame) {
        int left = 5 + 3 * (frame % 16);
        return Mask.of(HEIGHT, WIDTH, (y, x) -> y >= 12 && y < 40 && x >= left && x < left + 24);
    }

    static Mask corner() {
        return Mask.of(HEIGHT, WIDTH, (y, x) -> y >= 44 && x >= 60);
    }

    static RgbImage frame(int index) {
        var square = square(index);
        var rgb = new byte[HEIGHT * WIDTH * 3];
        for (int i = 0; i < rgb.length; i++) {
            int y = i / 3 / WIDTH;
            int x = i / 3 % WIDTH;
            boolean inside = square.get(y, x);
            rgb[i] = (byte) (inside ? 220 - 60 * (i % 3) : 40 + 30 * (i % 3) + (x + 2 * y) % 32);
        }
        return new RgbImage(HEIGHT, WIDTH, rgb);
    }

    /** A video of so many frames. */
    public static Video video(int count) {
        return new Video() {
            @Override
            public String id() {
                return "square";
            }

            @Override
            public int height() {
                return HEIGHT;
            }

            @Override
            public int width() {
                return WIDTH;
            }

            @Override
            public double framesPerSecond() {
                return 25;
            }

            @Override
            public FrameIterator frames() {
                return new FrameIterator() {
                    private int next;

                    @Override
                    public boolean hasNext() {
                        return next < count;
                    }

                    @Override
                    public RgbImage next() {
                        if (next >= count) {
                            throw new NoSuchElementException();
                        }
                        return frame(next++);
                    }

                    @Override
                    public void close() {
                        next = count;
                    }
                };
            }
        };
    }

    /** Settings that remember every frame and condense often. */
    static CutieSettings condensing() {
        var official = CutieSettings.official();
        return new CutieSettings(
                0,
                false,
                false,
                official.topK(),
                1,
                official.sensoryUpdates(),
                official.memoryFrames(),
                true,
                new CutieSettings.LongTerm(4, 2, 16, 200, 50),
                false);
    }

    static List<ObjectMask> given(int frame) {
        return List.of(new ObjectMask(1, square(frame)));
    }
}
