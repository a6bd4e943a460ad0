package org.sola.findtrack;

import java.util.List;
import org.sola.evfsam.EvfSamSegmenter;
import org.sola.image.RgbImage;

/** EVF-SAM as FindTrack's segmenter. */
public final class EvfSamReferring implements ReferringSegmenter {
    private final EvfSamSegmenter segmenter;

    private EvfSamReferring(EvfSamSegmenter segmenter) {
        this.segmenter = segmenter;
    }

    /** It is closed with the result. */
    public static EvfSamReferring of(EvfSamSegmenter segmenter) {
        return new EvfSamReferring(segmenter);
    }

    @Override
    public String name() {
        return segmenter.name();
    }

    @Override
    public EncodedFrame encode(RgbImage frame) {
        var encoded = segmenter.encode(frame);
        return new EncodedFrame() {
            @Override
            public List<Proposal> segment(List<String> expressions) {
                return segmenter.segment(encoded, expressions).stream()
                        .map(found -> new Proposal(found.mask(), found.confidence()))
                        .toList();
            }

            @Override
            public void close() {
                encoded.close();
            }
        };
    }

    @Override
    public void close() {
        segmenter.close();
    }
}
