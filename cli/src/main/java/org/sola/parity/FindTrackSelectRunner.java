package org.sola.parity;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.sola.alphaclip.AlphaClip;
import org.sola.alphaclip.AlphaInput;
import org.sola.cutie.Cutie;
import org.sola.cutie.CutieSettings;
import org.sola.findtrack.Candidate;
import org.sola.findtrack.KeyFrameChoice;
import org.sola.findtrack.KeyFrameRule;
import org.sola.findtrack.Pass;
import org.sola.mask.Mask;
import org.sola.mask.Rle;

/** FindTrack's choice of the key frame: candidates, scores, ties, order of the passes, masks and what is made of them. */
final class FindTrackSelectRunner implements ParityRunner {
    private static final String CANDIDATES = "out.candidates_N";
    private static final String FEATURE = "in.image_feature";
    private static final String GAP = "...";
    private static final int ALPHA_SIDE = 336;
    private static final int SAM_SIDE = 1024;
    private static final double SCORE_TOLERANCE = 2e-6;

    /** "formula name "NAME", shape [A,B], offset X, scale Y", or the same in brackets without a name. */
    private static final Pattern FORMULA =
            Pattern.compile("(in\\.\\w+) \\(formula[^\\[]*\\[(\\d+),(\\d+)\\], offset (-?[0-9.]+), scale ([0-9.]+)\\)");

    private static final Pattern SIZE = Pattern.compile("\\[(\\d+),(\\d+)\\]");

    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.json().has("selections") && parityCase.has("in.T");
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        candidates(parityCase, checks);
        for (var selection : parityCase.json().path("selections")) {
            selection(selection, checks);
        }
        for (var size : parityCase.json().path("sizes")) {
            size(size, checks);
        }
        masks(parityCase, checks);
        alphas(parityCase, checks);
        alignment(parityCase, checks);
    }

    private static KeyFrameRule rule(int candidates, double confidence, double alignment) {
        return new KeyFrameRule(KeyFrameChoice.BEST, candidates, confidence, alignment, false);
    }

    private static void candidates(ParityCase parityCase, Checks checks) throws IOException {
        float[] lengths = parityCase.values("in.T");
        for (String tensor : parityCase.tensorNames(CANDIDATES)) {
            int n = Integer.parseInt(tensor.substring(CANDIDATES.length()));
            var got = new float[lengths.length * n];
            for (int row = 0; row < lengths.length; row++) {
                var frames = rule(n, 1, 1).frames((int) lengths[row]);
                for (int i = 0; i < n; i++) {
                    got[row * n + i] = frames.get(i);
                }
            }
            checks.tensor(tensor, got, lengths.length, n);
        }
    }

    private static void selection(JsonNode stated, Checks checks) {
        int frameCount = stated.path("T").asInt();
        int n = stated.path("N").asInt();
        String what = "T " + frameCount + ", N " + n;
        var frames = rule(n, 1, 1).frames(frameCount);
        checks.fact(what + ": candidates", frames.equals(integers(stated.path("candidates"))));
        var found = new ArrayList<Candidate>();
        for (int i = 0; i < frames.size(); i++) {
            float confidence = (float) stated.path("confidence").path(i).asDouble();
            float alignment = (float) stated.path("alignment").path(i).asDouble();
            found.add(new Candidate(frames.get(i), Rle.empty(1, 1), confidence, alignment));
        }
        int first = -1;
        for (var weighted : stated.path("by_weights")) {
            double w1 = weighted.path("w1").asDouble();
            double w2 = weighted.path("w2").asDouble();
            var rule = rule(n, w1, w2);
            for (int i = 0; i < found.size(); i++) {
                float score = rule.score(found.get(i).confidence(), found.get(i).alignment());
                double want = weighted.path("scores").path(i).asDouble();
                checks.number(what + ": scores", score, want, SCORE_TOLERANCE);
            }
            int best = rule.choose(found).orElse(-1);
            String weights = ", weights " + w1 + " and " + w2;
            checks.fact(
                    what + weights + ": best candidate",
                    best == weighted.path("best_candidate").asInt());
            checks.fact(
                    what + weights + ": key frame",
                    best >= 0 && frames.get(best) == weighted.path("key_frame").asInt());
            first = first < 0 ? best : first; // the orders are those of the first weights
        }
        if (stated.has("forward_order") && first >= 0) {
            int key = frames.get(first);
            checks.fact(
                    what + ": forward", isOrder(stated.path("forward_order"), Pass.FORWARD.frames(key, frameCount)));
            checks.fact(
                    what + ": backward", isOrder(stated.path("backward_order"), Pass.BACKWARD.frames(key, frameCount)));
        }
    }

    private static List<Integer> integers(JsonNode list) {
        var integers = new ArrayList<Integer>();
        list.forEach(node -> integers.add(node.asInt()));
        return integers;
    }

    /** Long orders are stated by their ends, with dots between. */
    private static boolean isOrder(JsonNode stated, List<Integer> order) {
        if (!stated.path(1).asText().equals(GAP)) {
            return integers(stated).equals(order);
        }
        return stated.path(0).asInt() == order.get(0) && stated.path(2).asInt() == order.get(order.size() - 1);
    }

    /** How a frame of that size comes into the segmenter and the propagator. */
    private static void size(JsonNode stated, Checks checks) {
        int height = stated.path("h").asInt();
        int width = stated.path("w").asInt();
        String what = "size " + height + "x" + width;
        var sam = org.sola.evfsam.FrameSize.of(height, width, SAM_SIDE);
        checks.fact(
                what + ": segmenter",
                integers(stated.path("sam")).equals(List.of(sam.inputHeight(), sam.inputWidth()))
                        && integers(stated.path("sam_pad_bottom_right"))
                                .equals(List.of(SAM_SIDE - sam.inputHeight(), SAM_SIDE - sam.inputWidth())));
        var cutie = org.sola.cutie.FrameSize.of(height, width, CutieSettings.findTrackMevis());
        int right = cutie.paddedWidth() - cutie.innerWidth() - cutie.left();
        int below = cutie.paddedHeight() - cutie.innerHeight() - cutie.above();
        checks.fact(
                what + ": propagator",
                integers(stated.path("cutie_600")).equals(List.of(cutie.innerHeight(), cutie.innerWidth()))
                        && integers(stated.path("cutie_pad_left_right_top_bottom"))
                                .equals(List.of(cutie.left(), right, cutie.above(), below))
                        && integers(stated.path("cutie_grid"))
                                .equals(List.of(
                                        cutie.paddedHeight() / Cutie.STRIDE, cutie.paddedWidth() / Cutie.STRIDE)));
    }

    private static void masks(ParityCase parityCase, Checks checks) throws IOException {
        long[] shape = parityCase.shape("in.logits");
        float[] logits = parityCase.values("in.logits");
        int height = (int) shape[1];
        int width = (int) shape[2];
        var got = new float[logits.length];
        for (int i = 0; i < shape[0]; i++) {
            int offset = i * height * width;
            var mask = Mask.ofLogits(height, width, logits, offset);
            for (int p = 0; p < height * width; p++) {
                got[offset + p] = mask.get(p / width, p % width) ? 1 : 0;
            }
        }
        checks.tensor("out.masks", got, shape);
    }

    private static void alphas(ParityCase parityCase, Checks checks) throws IOException {
        for (String tensor : parityCase.tensorNames("in.mask_")) {
            var size = SIZE.matcher(parityCase.about(tensor).path("meaning").asText());
            if (!size.find()) {
                throw new IOException(tensor + " does not say its size as [height,width]");
            }
            var mask = unpacked(parityCase, tensor, Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)));
            checks.tensor(
                    tensor.replace("in.mask_", "out.alpha_"),
                    AlphaInput.alpha(mask, ALPHA_SIDE),
                    1,
                    ALPHA_SIDE,
                    ALPHA_SIDE);
        }
    }

    /** Eight pixels a byte, the most significant bit first, rows filled up to whole bytes. */
    private static Mask unpacked(ParityCase parityCase, String tensor, int height, int width) throws IOException {
        float[] bytes = parityCase.values(tensor);
        int rowBytes = (int) parityCase.shape(tensor)[1];
        return Mask.of(height, width, (y, x) -> ((int) bytes[y * rowBytes + x / 8] >> (7 - x % 8) & 1) != 0);
    }

    private static void alignment(ParityCase parityCase, Checks checks) throws IOException {
        var formulas = FORMULA.matcher(
                parityCase.about("out.alignment").path("meaning").asText().replace("formula name \"", "formula \""));
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var features = new ArrayList<ai.djl.ndarray.NDArray>();
            while (formulas.find()) {
                features.add(parityCase.formula(
                        manager,
                        formulas.group(1),
                        Double.parseDouble(formulas.group(4)),
                        Double.parseDouble(formulas.group(5)),
                        Long.parseLong(formulas.group(2)),
                        Long.parseLong(formulas.group(3))));
            }
            if (features.size() != 2) {
                throw new IOException("out.alignment does not say the formulas of an image and a text feature");
            }
            float[] want = parityCase.values(FEATURE + "_check");
            float[] got = features.get(0).get(":, ::256").toFloatArray();
            checks.fact(FEATURE + "_check", java.util.Arrays.equals(want, got));
            checks.tensor("out.alignment", AlphaClip.alignment(features.get(0), features.get(1)));
        }
    }
}
