package org.sola.infer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sola.dataset.Expression;
import org.sola.dataset.ReferringVideo;
import org.sola.evaluate.Predictions;
import org.sola.file.AtomicFile;
import org.sola.file.Folders;
import org.sola.image.ImageFiles;
import org.sola.mask.Rle;

/**
 * Predicted masks as the benchmarks want them: {@code VIDEO/EXPRESSION/FRAME.png}, 8-bit grey, 0 and 255, one for every
 * listed frame. An expression's folder is written under a temporary name and renamed: one that is there is whole.
 */
public final class Submission implements Predictions {
    private final Path root;

    private Submission(Path root) {
        this.root = root;
    }

    /** The submission in {@code root}, which need not exist before something is written. */
    public static Submission at(Path root) {
        return new Submission(root);
    }

    public Path root() {
        return root;
    }

    /** Where the masks of an expression are. */
    public Path folder(String videoId, String expressionId) {
        return root.resolve(videoId).resolve(expressionId);
    }

    /** Whether the expression's masks are there. */
    public boolean has(String videoId, String expressionId) {
        return Files.isDirectory(folder(videoId, expressionId));
    }

    /** Writes one mask a frame, replacing what was there. */
    public void write(String videoId, String expressionId, List<String> frameNames, List<Rle> masks)
            throws IOException {
        if (frameNames.size() != masks.size()) {
            throw new IllegalArgumentException(masks.size() + " masks for " + frameNames.size() + " frames");
        }
        var target = folder(videoId, expressionId);
        var part = target.resolveSibling(expressionId + AtomicFile.TEMPORARY_SUFFIX);
        Folders.delete(part);
        Files.createDirectories(part);
        try {
            for (int t = 0; t < masks.size(); t++) {
                Files.write(
                        part.resolve(frameNames.get(t) + ".png"),
                        ImageFiles.maskPng(masks.get(t).decode()));
            }
            Folders.delete(target);
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Folders.delete(part);
            throw new IOException("cannot write " + target + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<List<Rle>> masks(ReferringVideo video, Expression expression, int height, int width)
            throws IOException {
        var folder = folder(video.id(), expression.id());
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        var masks = new ArrayList<Rle>(video.frameNames().size());
        for (String name : video.frameNames()) {
            var file = folder.resolve(name + ".png");
            if (!Files.isRegularFile(file)) {
                throw new IOException(
                        file + " is missing; a prediction has a mask for every frame of its video, empty ones too");
            }
            var mask = ImageFiles.readMaskPng(file);
            if (mask.height() != height || mask.width() != width) {
                throw new IOException(file + " has " + mask.height() + "x" + mask.width() + " pixels, the frame has "
                        + height + "x" + width + " (height x width)");
            }
            masks.add(Rle.encode(mask));
        }
        return Optional.of(masks);
    }
}
