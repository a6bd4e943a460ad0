package org.sola.video;

import java.util.List;
import java.util.NoSuchElementException;
import org.sola.image.RgbImage;

/** Some frames of a pass over all of them. */
final class ChosenFrames implements FrameIterator {
    private final FrameIterator all;
    private final List<Integer> rising;
    private int given;
    private int passed;

    ChosenFrames(FrameIterator all, List<Integer> rising) {
        this.all = all;
        this.rising = requireRising(rising);
    }

    static List<Integer> requireRising(List<Integer> rising) {
        for (int i = 0; i < rising.size(); i++) {
            if (rising.get(i) < 0 || i > 0 && rising.get(i) <= rising.get(i - 1)) {
                throw new IllegalArgumentException("frames are asked for in rising order from 0, not " + rising);
            }
        }
        return List.copyOf(rising);
    }

    @Override
    public boolean hasNext() {
        return given < rising.size();
    }

    @Override
    public RgbImage next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        int wanted = rising.get(given++);
        for (; passed < wanted && all.hasNext(); passed++) {
            all.next();
        }
        if (!all.hasNext()) {
            throw new NoSuchElementException("there is no frame " + wanted + "; the video ends after " + passed);
        }
        passed++;
        return all.next();
    }

    @Override
    public void close() {
        all.close();
    }
}
