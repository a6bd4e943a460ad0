package org.sola.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.sola.dataset.MevisWriter;
import org.sola.image.ImageFiles;
import org.sola.image.RgbImage;
import org.sola.infer.Submission;
import org.sola.mask.Mask;
import org.sola.mask.Rle;

/** A data set of one video of two 16x16 frames and one object, with a prediction that is right. */
final class TinyDataset {
    static final List<String> FRAMES = List.of("00000", "00001");
    static final Rle OBJECT = Rle.encode(Mask.of(16, 16, (y, x) -> x < 8));

    private TinyDataset() {}

    static Path write(Path folder) throws IOException {
        return write(folder, "v");
    }

    /** A data set of several videos like that of {@link #write}. */
    static Path write(Path folder, String... ids) throws IOException {
        var writer = new MevisWriter(folder);
        for (String id : ids) {
            writer.add(
                    id,
                    FRAMES,
                    List.of(List.of(OBJECT, OBJECT)),
                    List.of(new MevisWriter.Sentence("the left half", "appearance", List.of(0))));
            for (String frame : FRAMES) {
                ImageFiles.writeJpeg(
                        folder.resolve("JPEGImages/" + id + "/" + frame + ".jpg"), RgbImage.black(16, 16), 0.9f);
            }
        }
        writer.write();
        return folder;
    }

    static Path predict(Path folder) throws IOException {
        Submission.at(folder).write("v", "0", FRAMES, List.of(OBJECT, OBJECT));
        return folder;
    }
}
