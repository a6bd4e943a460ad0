package org.sola.dataset;

import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.sola.mask.Rle;

/**
 * A split whose masks lie in files of their own beside the frames.
 *
 * @param layout whose files these are
 * @param root the folder that messages name
 * @param videos the sound videos
 * @param problems what was left out
 * @param masks where the masks come from
 */
record FileDataset(
        Layout layout, Path root, List<ReferringVideo> videos, List<DatasetProblem> problems, MaskSource masks)
        implements ReferringDataset {
    FileDataset {
        videos = List.copyOf(videos);
        problems = List.copyOf(problems);
    }

    @Override
    public boolean hasMasks() {
        return masks.isPresent();
    }

    @Override
    public Set<String> knownAnnotations(ReferringVideo video) {
        return masks.known(video);
    }

    @Override
    public List<Rle> annotation(ReferringVideo video, String annotationId, int height, int width) {
        if (!masks.known(video).contains(annotationId)) {
            throw new DatasetException(root + ": object " + annotationId + " of video " + video.id()
                    + " is in none of its annotations; there are " + masks.known(video));
        }
        var found = masks.masks(video, annotationId, height, width);
        for (int t = 0; t < found.size(); t++) {
            if (found.get(t).height() != height || found.get(t).width() != width) {
                throw new DatasetException(root + ": the annotation of frame "
                        + video.frameNames().get(t) + " of video " + video.id() + " has "
                        + found.get(t).height() + "x" + found.get(t).width() + " pixels, expected " + height + "x"
                        + width + " as the frame (height x width)");
            }
        }
        return found;
    }

    @Override
    public BitSet scoredFrames(ReferringVideo video, Expression expression) {
        return masks.scored(video, expression);
    }

    @Override
    public List<Rle> ignored(ReferringVideo video, int height, int width) {
        return masks.ignored(video, height, width);
    }

    @Override
    public FileDataset withFrames() {
        var sound = FrameListing.Sound.of(videos, problems);
        return new FileDataset(layout, root, sound.videos(), sound.problems(), masks);
    }
}
