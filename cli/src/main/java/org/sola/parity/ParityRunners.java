package org.sola.parity;

import java.nio.file.Path;
import java.util.List;

/** The table of all kinds of cases; the first runner that accepts a case runs it. */
final class ParityRunners {
    private ParityRunners() {}

    static List<ParityRunner> all(Path modelConfigs) {
        return List.of(
                new CheckpointRunner(),
                new Sam2ImageEncoderRunner(modelConfigs),
                new Sam2ImageRunner(modelConfigs),
                new Sam2VideoRunner(modelConfigs),
                new Sam2MaskGeneratorRunner(),
                new Sam2PreprocessRunner(),
                new SelectorForwardRunner(),
                new SelectorLossesRunner(),
                new SelectorTrainStepRunner(),
                new RleRunner(),
                new MetricsRunner(),
                new StatisticsRunner(),
                new CorruptionsRunner(),
                new ResizeRunner(),
                new DatasetRunner(),
                new BrokenDatasetRunner(),
                new SubmissionRunner(),
                new PseudoLabelsRunner(),
                new TrackSelectionRunner(),
                new TextNetworkRunner(),
                new TokenizersRunner(),
                new GroundingDinoRunner(modelConfigs),
                new ClipTokenizerRunner(modelConfigs),
                new AlphaClipRunner(modelConfigs),
                new CutieStagesRunner(),
                new CutieLoopRunner(),
                new EvfSamRunner(modelConfigs),
                new FindTrackSelectRunner());
    }
}
