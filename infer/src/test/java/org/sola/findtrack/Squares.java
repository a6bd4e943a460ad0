package org.sola.findtrack;

import java.util.List;
import org.sola.image.RgbImage;
import org.sola.mask.Mask;
import org.sola.video.FrameIterator;
import org.sola.video.Video;

/** A red square that moves to the right, a blue one that stays, on a grey ground; a segmenter that knows colours. */
final class Squares implements Video {
    static final int SIDE = 96;

    private final int frames;
    private final int redFrom; // the red square is there from this frame on
    private int framesRead;

    Squares(int frames, int redFrom) {
        this.frames = frames;
        this.redFrom = redFrom;
    }

    static Squares of(int frames) {
        return new Squares(frames, 0);
    }

    Mask red(int frame) {
        int left = 6 + 4 * frame;
        return Mask.of(SIDE, SIDE, (y, x) -> frame >= redFrom && x >= left && x < left + 22 && y >= 10 && y < 34);
    }

    Mask blue() {
        return Mask.of(SIDE, SIDE, (y, x) -> x >= 40 && x < 66 && y >= 56 && y < 82);
    }

    RgbImage frame(int frame) {
        var rgb = new byte[SIDE * SIDE * 3];
        var red = red(frame);
        var blue = blue();
        for (int i = 0; i < SIDE * SIDE; i++) {
            boolean isRed = red.get(i / SIDE, i % SIDE);
            boolean isBlue = blue.get(i / SIDE, i % SIDE);
            rgb[3 * i] = (byte) (isRed ? 220 : isBlue ? 20 : 120 + i % 7);
            rgb[3 * i + 1] = (byte) (isRed || isBlue ? 30 : 120 + i % 5);
            rgb[3 * i + 2] = (byte) (isBlue ? 220 : isRed ? 20 : 120);
        }
        return new RgbImage(SIDE, SIDE, rgb);
    }

    int framesRead() {
        return framesRead;
    }

    @Override
    public String id() {
        return "squares";
    }

    @Override
    public int height() {
        return SIDE;
    }

    @Override
    public int width() {
        return SIDE;
    }

    @Override
    public double framesPerSecond() {
        return 10;
    }

    @Override
    public int countFrames() {
        return frames;
    }

    @Override
    public FrameIterator frames() {
        return new FrameIterator() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < frames;
            }

            @Override
            public RgbImage next() {
                framesRead++;
                return frame(next++);
            }

            @Override
            public void close() {}
        };
    }

    /**
     * Finds "red" and "blue" by their colours, nothing else; as sure as the mask is large, so that a square that is cut off
     * counts less.
     */
    static final class ColourSegmenter implements ReferringSegmenter {
        int encoded;
        int open;

        @Override
        public String name() {
            return "colours";
        }

        @Override
        public EncodedFrame encode(RgbImage frame) {
            encoded++;
            open++;
            return new EncodedFrame() {
                @Override
                public List<Proposal> segment(List<String> expressions) {
                    return expressions.stream()
                            .map(text -> proposal(frame, text))
                            .toList();
                }

                @Override
                public void close() {
                    open--;
                }
            };
        }

        private static Proposal proposal(RgbImage frame, String text) {
            int channel = text.contains("red") ? 0 : 2;
            boolean isKnown = text.contains("red") || text.contains("blue");
            var mask = Mask.of(frame.height(), frame.width(), (y, x) -> isKnown && frame.get(y, x, channel) > 200);
            return new Proposal(mask, mask.areaPixels() / 1000f);
        }

        @Override
        public void close() {
            open -= 100;
        }
    }

    /** Likes masks that reach far to the right. */
    static final class RightAligner implements FrameAligner {
        int prepared;

        @Override
        public String name() {
            return "right";
        }

        @Override
        public double sharpness() {
            return 10;
        }

        @Override
        public PreparedFrame prepare(RgbImage frame) {
            prepared++;
            return new PreparedFrame() {
                @Override
                public List<float[]> align(List<Mask> masks, List<String> expressions) {
                    return masks.stream()
                            .map(mask -> {
                                var row = new float[expressions.size()];
                                java.util.Arrays.fill(
                                        row,
                                        mask.boundingBox()
                                                .map(box -> (float) box.x1() / SIDE)
                                                .orElse(0f));
                                return row;
                            })
                            .toList();
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void close() {}
    }
}
