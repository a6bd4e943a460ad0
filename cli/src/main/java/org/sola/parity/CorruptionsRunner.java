package org.sola.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.sola.image.GaussianNoise;
import org.sola.image.MotionBlur;
import org.sola.image.RgbImage;

/** Motion blur by given angles, Gaussian noise by given numbers, and the noise's own statistics on plain grey. */
final class CorruptionsRunner implements ParityRunner {
    private static final int GREY_VALUES = 200_000;

    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.json().has("motion_blur") && parityCase.json().has("gaussian_noise");
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        var motion = parityCase.json().path("motion_blur");
        for (var each : motion.path("cases")) {
            var blur = new MotionBlur(
                    each.path("radius").asInt(), each.path("sigma").asDouble());
            var image = image(parityCase, each.path("input").asText());
            exact(
                    parityCase,
                    checks,
                    each.path("tensor").asText(),
                    blur.apply(image, each.path("angle_degrees").asDouble()));
            checks.fact(
                    "severity of " + each.path("tensor").asText(),
                    MotionBlur.ofSeverity(each.path("severity").asInt()).equals(blur));
        }
        var frame = image(parityCase, "in.frame");
        float[] normal = parityCase.values("in.normal");
        String prefix = "out.gaussian_noise.severity";
        for (String name : parityCase.tensorNames(prefix)) {
            var noise = GaussianNoise.ofSeverity(Integer.parseInt(name.substring(prefix.length())));
            exact(parityCase, checks, name, noise.apply(frame, place -> normal[place]));
        }
        for (var grey : parityCase.json().path("gaussian_noise").path("statistics_at_severity_5_for_a_constant_grey")) {
            statistics(checks, grey, parityCase.seed());
        }
    }

    private static RgbImage image(ParityCase parityCase, String tensor) throws IOException {
        long[] shape = parityCase.shape(tensor);
        float[] values = parityCase.values(tensor);
        var rgb = new byte[values.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (int) values[i];
        }
        return new RgbImage((int) shape[0], (int) shape[1], rgb);
    }

    private static void exact(ParityCase parityCase, Checks checks, String tensor, RgbImage got) throws IOException {
        float[] want = parityCase.values(tensor);
        boolean same = want.length == got.rgb().length;
        for (int i = 0; same && i < want.length; i++) {
            same = (got.rgb()[i] & 0xFF) == (int) want[i];
        }
        checks.fact(tensor, same);
    }

    private static void statistics(Checks checks, JsonNode want, long seed) {
        int grey = want.path("grey").asInt();
        var rgb = new byte[GREY_VALUES / 3 * 3];
        Arrays.fill(rgb, (byte) grey);
        var noisy = GaussianNoise.ofSeverity(5)
                .apply(new RgbImage(1, rgb.length / 3, rgb), new SplittableRandom(seed))
                .rgb();
        double sum = 0;
        double black = 0;
        double white = 0;
        for (byte value : noisy) {
            sum += value & 0xFF;
            black += value == 0 ? 1 : 0;
            white += (value & 0xFF) == 255 ? 1 : 0;
        }
        String name = "noise on grey " + grey + ", ";
        double meanTolerance = want.path("mean_tolerance_at_200000_values").asDouble();
        double shareTolerance = want.path("share_tolerance").asDouble();
        checks.number(name + "mean", sum / noisy.length, want.path("mean").asDouble(), meanTolerance);
        checks.number(
                name + "share of 0",
                black / noisy.length,
                want.path("share_of_0").asDouble(),
                shareTolerance);
        checks.number(
                name + "share of 255",
                white / noisy.length,
                want.path("share_of_255").asDouble(),
                shareTolerance);
    }
}
