package org.sola.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingCurvesTest {
    private static final int BORDER = 3;

    @TempDir
    private Path folder;

    private List<byte[]> charts(String header, String... rows) throws IOException {
        var log = folder.resolve("metrics.csv");
        Files.writeString(log, header + "\n" + String.join("\n", rows) + "\n");
        return TrainingCurves.of(log);
    }

    /** Whether something is drawn at the very border, as it is where a chart is cut off. */
    private static boolean isCutOff(BufferedImage image) {
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                boolean isBorder =
                        x < BORDER || y < BORDER || x >= image.getWidth() - BORDER || y >= image.getHeight() - BORDER;
                if (isBorder && (image.getRGB(x, y) & 0xFFFFFF) != 0xFFFFFF) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void everyColumnHasRoomInTheLegendOfItsChart() throws IOException {
        var charts = charts(
                "epoch,train_loss,train_bce,valid_loss,accuracy,precision,recall,f1,expression_f1,expression_f1_appearance,"
                        + "expression_f1_motion,expression_f1_none,expression_f1_plural,expression_f1_relation,seconds",
                "0,1.0,0.9,1.1,0.5,0.4,0.3,0.35,0.3,0.5,0.2,0.9,0.1,0.3,12",
                "1,0.5,0.4,0.8,0.7,0.6,0.6,0.6,0.5,0.7,0.4,0.9,0.3,0.4,12",
                "2,0.4,0.3,0.7,0.8,0.7,0.7,0.7,0.6,0.8,0.5,1.0,0.4,0.5,12");
        assertEquals(3, charts.size());
        for (var chart : charts) {
            assertTrue(!isCutOff(ImageIO.read(new ByteArrayInputStream(chart))));
        }
    }

    @Test
    void aLogWithoutKindsOrWithoutRowsHasFewerCharts() throws IOException {
        assertEquals(2, charts("epoch,train_loss,f1", "0,1.0,0.5", "1,0.5,").size());
        assertEquals(0, charts("epoch,train_loss,f1").size());
        assertEquals(List.of(), TrainingCurves.of(folder.resolve("none.csv")));
    }
}
