package org.sola.evaluate;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.sola.dataset.Expression;
import org.sola.dataset.ReferringVideo;
import org.sola.mask.Rle;

/** Where predicted masks come from; asked from several threads at once. */
@FunctionalInterface
public interface Predictions {
    /**
     * One mask a frame of the given size, or empty where nothing was predicted for the expression at all.
     *
     * @throws IOException when a prediction is there but broken; the message names the file
     */
    Optional<List<Rle>> masks(ReferringVideo video, Expression expression, int height, int width) throws IOException;
}
