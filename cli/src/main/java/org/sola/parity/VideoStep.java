package org.sola.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sola.sam2.Direction;
import org.sola.sam2.FrameResult;
import org.sola.sam2.Prompt;
import org.sola.sam2.VideoSession;

/**
 * One step of a video case: a prompt or a propagation.
 *
 * @param action what to do
 * @param stateName under which the case keeps the state after this step, empty for none
 */
record VideoStep(Action action, String stateName) {
    private static final String NUMBER = "(-?[0-9.]+)";
    private static final Pattern POINT = Pattern.compile("object (\\d+): (positive|negative) point \\[" + NUMBER + ", ?"
            + NUMBER + "\\] on frame (\\d+)( without clearing)?.*");
    private static final Pattern BOX = Pattern.compile("object (\\d+): box \\[" + NUMBER + ", ?" + NUMBER + ", ?"
            + NUMBER + ", ?" + NUMBER + "\\] on frame (\\d+).*");
    private static final Pattern MASK = Pattern.compile("object (\\d+): (in\\.\\w+) on frame (\\d+).*");
    private static final Pattern PROPAGATE =
            Pattern.compile("propagate (?:in )?(forward|reverse) from frame (\\d+).*?(?:= out\\.(\\w+)\\.\\*.*)?");
    private static final Pattern DIRECTION = Pattern.compile("\\b(forward|reverse)\\b");

    /** Does something to the session; frames that it puts out go to {@code emitted}. */
    @FunctionalInterface
    interface Action {
        void take(VideoSession session, int frameCount, Consumer<FrameResult> emitted);
    }

    void take(VideoSession session, int frameCount, Consumer<FrameResult> emitted) {
        action.take(session, frameCount, emitted);
    }

    /** The steps in the order of the case. */
    static List<VideoStep> of(ParityCase parityCase) throws IOException {
        var steps = new ArrayList<VideoStep>();
        var procedure = parityCase.json().path("procedure");
        for (var prompt : parityCase.json().path("prompts")) {
            steps.add(prompt(parityCase, prompt));
        }
        if (procedure.isArray()) {
            for (var text : procedure) {
                steps.add(told(parityCase, text.asText()));
            }
            return steps;
        }
        // "propagate forward (2..4), then reverse (2..0)": always from the default start
        String text = procedure.asText();
        var directions = DIRECTION.matcher(text.substring(Math.max(0, text.indexOf("propagate"))));
        while (directions.find()) {
            var direction = direction(directions.group(1));
            steps.add(new VideoStep(
                    (session, count, emitted) -> session.propagate(direction).forEach(emitted), ""));
        }
        return steps;
    }

    private static VideoStep prompt(ParityCase parityCase, JsonNode prompt) throws IOException {
        long object = prompt.path("object").asLong();
        int frame = prompt.path("frame").asInt();
        var value = prompt.path("value");
        if (prompt.has("mask")) {
            return add(object, frame, mask(parityCase, prompt.path("mask").asText()));
        }
        return switch (prompt.path("kind").asText()) {
            case "mask" -> add(object, frame, mask(parityCase, value.asText()));
            case "box" ->
                add(
                        object,
                        frame,
                        new Prompt.BoxPrompt(
                                value.get(0).asDouble(),
                                value.get(1).asDouble(),
                                value.get(2).asDouble(),
                                value.get(3).asDouble()));
            case "point" ->
                add(
                        object,
                        frame,
                        Prompt.point(value.get(0).asDouble(), value.get(1).asDouble()));
            default -> throw new IOException(parityCase.name() + ": no prompt is known like " + prompt);
        };
    }

    /** A step told in words. */
    private static VideoStep told(ParityCase parityCase, String text) throws IOException {
        var point = POINT.matcher(text);
        if (point.matches()) {
            var click = new Prompt.Click(
                    number(point, 3), number(point, 4), point.group(2).equals("positive"));
            var clicks = new Prompt.PointPrompt(List.of(click));
            long object = Long.parseLong(point.group(1));
            int frame = Integer.parseInt(point.group(5));
            return point.group(6) == null
                    ? add(object, frame, clicks)
                    : new VideoStep((session, count, emitted) -> session.refine(object, frame, clicks), "");
        }
        var box = BOX.matcher(text);
        if (box.matches()) {
            var prompt = new Prompt.BoxPrompt(number(box, 2), number(box, 3), number(box, 4), number(box, 5));
            return add(Long.parseLong(box.group(1)), Integer.parseInt(box.group(6)), prompt);
        }
        var mask = MASK.matcher(text);
        if (mask.matches()) {
            return add(Long.parseLong(mask.group(1)), Integer.parseInt(mask.group(3)), mask(parityCase, mask.group(2)));
        }
        var propagate = PROPAGATE.matcher(text);
        if (propagate.matches()) {
            var direction = direction(propagate.group(1));
            int start = Integer.parseInt(propagate.group(2));
            return new VideoStep(
                    (session, count, emitted) ->
                            session.propagate(direction, start, count).forEach(emitted),
                    propagate.group(3) == null ? "" : propagate.group(3));
        }
        throw new IOException(parityCase.name() + ": the step \"" + text + "\" is of no known form");
    }

    private static VideoStep add(long object, int frame, Prompt prompt) {
        return new VideoStep((session, count, emitted) -> session.add(object, frame, prompt), "");
    }

    private static Prompt mask(ParityCase parityCase, String tensor) throws IOException {
        return new Prompt.MaskPrompt(parityCase.mask(tensor));
    }

    private static double number(Matcher matcher, int group) {
        return Double.parseDouble(matcher.group(group));
    }

    private static Direction direction(String word) {
        return word.equals("forward") ? Direction.FORWARD : Direction.REVERSE;
    }
}
