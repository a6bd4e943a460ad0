package org.sola.precompute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.dataset.MevisDataset;
import org.sola.demo.DemoDataset;
import org.sola.demo.SceneConfig;
import org.sola.sam2.Sam2;
import org.sola.sam2.Sam2Config;
import org.sola.tensor.Precision;
import org.sola.tensor.Weights;

/** The shipped small network on demo videos, its large products in bfloat16 and in float32. */
class Bfloat16TracksTest {
    private static final Path HOME = Path.of(System.getProperty("sola.home"));

    @TempDir
    Path folder;

    @Test
    void masksOfTracksAreThoseOfFloat32OnAVideo() throws IOException {
        agree(1, 12);
    }

    @Test
    @Tag("large")
    void masksOfTracksAreThoseOfFloat32OnFourVideos() throws IOException {
        agree(4, 24);
    }

    private void agree(int videos, int frames) throws IOException {
        Precision.BFLOAT16.refusal(Device.cpu()).ifPresent(why -> Assumptions.abort(why));
        var scene = SceneConfig.video().withFrames(frames, frames);
        DemoDataset.generate(folder, new DemoDataset.Request(31, videos, "valid", scene, 1, 1), (done, of) -> {});
        var ious = new ArrayList<Double>();
        for (var video : MevisDataset.open(folder.resolve("valid")).videos()) {
            var source = VideoSource.of(MevisDataset.open(folder.resolve("valid")), video);
            var exact = tracks(source, Precision.FLOAT32);
            var rounded = tracks(source, Precision.BFLOAT16);
            assertEquals(exact.tracks().size(), rounded.tracks().size(), "every annotated object is a track");
            for (int n = 0; n < exact.tracks().size(); n++) {
                double sum = 0;
                for (int frame = 0; frame < exact.frames(); frame++) {
                    var a = exact.tracks().get(n).masks().get(frame);
                    var b = rounded.tracks().get(n).masks().get(frame);
                    sum += a.isEmpty() && b.isEmpty() ? 1 : a.iou(b);
                }
                ious.add(sum / exact.frames());
            }
        }
        double mean = ious.stream().mapToDouble(d -> d).average().orElseThrow();
        System.out.println("mask IoU of bfloat16 with float32, a track each: " + ious + ", mean " + mean);
        assertTrue(mean >= 0.99, "mean mask IoU with float32 " + mean + " of tracks " + ious);
    }

    private static VideoTracks tracks(VideoSource source, Precision precision) throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var config = Sam2Config.read(HOME.resolve("configs/models/sam2.1-nano.yaml"));
            var weights = Weights.open(HOME.resolve("checkpoints/sam2.1-nano.safetensors"), manager);
            var recipe = PrecomputeRecipe.read(HOME.resolve("configs/precompute/demo.yaml"));
            var tracker = Sam2VideoTracker.builder(Sam2.of(config, weights.withPrecision(precision)), "00", recipe)
                    .withTruth(true)
                    .withGrid(false)
                    .build();
            assertEquals(
                    precision == Precision.FLOAT32 ? List.of() : List.of("bfloat16"),
                    tracker.fingerprint().settings().entrySet().stream()
                            .filter(setting -> setting.getKey().equals("precision"))
                            .map(java.util.Map.Entry::getValue)
                            .toList());
            return tracker.track(source, TrackingProgress.NONE).tracks();
        }
    }
}
