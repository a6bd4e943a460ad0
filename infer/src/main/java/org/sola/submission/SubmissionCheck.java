package org.sola.submission;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.sola.dataset.ReferringDataset;

/**
 * Whether a submission is what the benchmark's server takes: every file there and none more, 8-bit grey of 0 and 255
 * (Ref-DAVIS17: 8-bit palette or grey of object numbers), the frame's own size.
 *
 * @param files how many files are wanted
 * @param problems one line each, the file's name first; of each sort the first few and how many more there are
 */
public record SubmissionCheck(int files, List<String> problems) {
    private static final int NAMED = 10;
    private static final long PNG_SIGNATURE = 0x89504E470D0A1A0AL;
    private static final int HEADER_BYTES = 26;
    private static final int GREY = 0;
    private static final int PALETTE = 3;

    public SubmissionCheck {
        problems = List.copyOf(problems);
    }

    public boolean isSound() {
        return problems.isEmpty();
    }

    /** Checks an archive, or a folder laid out like it. */
    public static SubmissionCheck of(ReferringDataset dataset, Path zipOrFolder) throws IOException {
        return of(ExpectedFiles.of(dataset), zipOrFolder);
    }

    /** Checks a folder of {@code VIDEO/EXPRESSION/FRAME.png}, as {@code sola infer} writes it for every benchmark. */
    public static SubmissionCheck ofPredictions(ReferringDataset dataset, Path folder) throws IOException {
        return of(ExpectedFiles.masks(dataset, ""), folder);
    }

    private static SubmissionCheck of(ExpectedFiles expected, Path path) throws IOException {
        var missing = new ArrayList<String>();
        var broken = new ArrayList<String>();
        var extra = new TreeSet<String>();
        try (var submitted = SubmittedFiles.open(path)) {
            var names = submitted.names();
            for (Map.Entry<String, ExpectedFiles.Content> each :
                    expected.files().entrySet()) {
                if (!names.contains(each.getKey())) {
                    missing.add(each.getKey() + " is missing");
                } else {
                    String problem = problem(submitted.read(each.getKey()), each.getValue());
                    if (!problem.isEmpty()) {
                        broken.add(each.getKey() + " " + problem);
                    }
                }
            }
            names.stream()
                    .filter(name -> !expected.files().containsKey(name))
                    .forEach(name -> extra.add(name + " does not belong to it"));
        }
        var problems = new ArrayList<String>();
        some(missing, problems);
        some(broken, problems);
        some(List.copyOf(extra), problems);
        return new SubmissionCheck(expected.files().size(), problems);
    }

    private static void some(List<String> found, List<String> problems) {
        problems.addAll(found.subList(0, Math.min(NAMED, found.size())));
        if (found.size() > NAMED) {
            problems.add("and " + (found.size() - NAMED) + " more like the last");
        }
    }

    /** What is wrong with a file, "" when nothing is. */
    private static String problem(byte[] png, ExpectedFiles.Content wanted) {
        if (png.length < HEADER_BYTES || ByteBuffer.wrap(png).getLong() != PNG_SIGNATURE) {
            return "is no PNG";
        }
        var header = ByteBuffer.wrap(png);
        int width = header.getInt(16);
        int height = header.getInt(20);
        if (width != wanted.size().width() || height != wanted.size().height()) { // before it is decoded
            return "has " + height + "x" + width + " pixels, expected "
                    + wanted.size().height() + "x" + wanted.size().width() + " as the frame (height x width)";
        }
        int bits = png[24];
        int colours = png[25];
        boolean isMask = wanted.mostLabel() == 0;
        if (bits != 8 || colours != GREY && (isMask || colours != PALETTE)) {
            return "has " + bits + " bits and PNG colour type " + colours + ", expected 8-bit grey (type 0)"
                    + (isMask ? "" : " or an 8-bit palette (type 3)");
        }
        try {
            return values(ImageIO.read(new ByteArrayInputStream(png)), wanted.mostLabel());
        } catch (IOException | RuntimeException e) {
            return "cannot be decoded: " + e.getMessage();
        }
    }

    private static String values(BufferedImage image, int mostLabel) {
        int[] samples = image.getRaster().getSamples(0, 0, image.getWidth(), image.getHeight(), 0, (int[]) null);
        for (int sample : samples) {
            if (mostLabel == 0 ? sample != 0 && sample != 255 : sample > mostLabel) {
                return "holds the value " + sample + ", expected "
                        + (mostLabel == 0 ? "0 and 255 only" : "object numbers up to " + mostLabel);
            }
        }
        return "";
    }
}
