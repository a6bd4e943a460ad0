package org.sola.cli;

import java.util.List;
import java.util.Map;
import org.sola.infer.SegmentOutput;
import org.sola.mask.Rle;

/**
 * What a method says of one video.
 *
 * @param model its networks
 * @param frameNames a name a frame
 * @param answers one an expression
 * @param summary what the last line says of the whole, such as {@code 12 tracks}
 */
record Segmented(String model, List<String> frameNames, List<Answer> answers, String summary) {
    Segmented {
        frameNames = List.copyOf(frameNames);
        answers = List.copyOf(answers);
    }

    /**
     * An expression.
     *
     * @param text the sentence
     * @param tracks everything that was considered
     * @param more what the method has to say besides, for JSON
     * @param remark what it has to say besides, for people; may be empty
     */
    record Answer(String text, List<Scored> tracks, Map<String, Object> more, String remark) {
        Answer {
            tracks = List.copyOf(tracks);
        }

        List<Scored> chosen() {
            return tracks.stream().filter(Scored::isChosen).toList();
        }

        SegmentOutput.Answer shown() {
            return new SegmentOutput.Answer(
                    text,
                    chosen().stream()
                            .map(each -> new SegmentOutput.Shown(each.number(), each.score(), each.masks()))
                            .toList());
        }
    }

    /**
     * A track.
     *
     * @param id as its file has it
     * @param number its number among all tracks
     * @param score how well it fits
     * @param isChosen whether it belongs to the answer
     * @param masks one a frame
     */
    record Scored(int id, int number, float score, boolean isChosen, List<Rle> masks) {}
}
