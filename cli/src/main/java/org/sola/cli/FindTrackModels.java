package org.sola.cli;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.sola.alphaclip.AlphaClipCheckpoint;
import org.sola.alphaclip.AlphaClipConfig;
import org.sola.alphaclip.TextReader;
import org.sola.catalogue.CatalogueModel;
import org.sola.cutie.Cutie;
import org.sola.cutie.CutiePropagator;
import org.sola.evfsam.EvfSamConfig;
import org.sola.evfsam.EvfSamSegmenter;
import org.sola.file.Sha256;
import org.sola.findtrack.AlignmentScorer;
import org.sola.findtrack.AlphaClipAligner;
import org.sola.findtrack.EvfSamReferring;
import org.sola.findtrack.FindTrack;
import org.sola.findtrack.FindTrackSettings;
import org.sola.findtrack.FrameAligner;
import org.sola.findtrack.HybridSettings;
import org.sola.findtrack.MaskScorer;
import org.sola.findtrack.MixedScorer;
import org.sola.findtrack.ReferringSegmenter;
import org.sola.propagation.MaskPropagator;
import org.sola.sam2.FeatureStore;
import org.sola.sam2.Sam2;
import org.sola.sam2.Sam2Config;
import org.sola.sam2.Sam2Propagator;
import org.sola.sam2.VideoSettings;
import org.sola.tensor.Checkpoint;
import org.sola.tensor.Weights;
import org.sola.train.findtrack.FineTuning;

/** FindTrack's three networks on disk. */
final class FindTrackModels {
    private static final String SHIPPED_TOKENIZER = ".sentencepiece.model";
    private static final long FEATURE_BYTES = 256L << 20;

    private final ModelCatalogue catalogue;
    private final FindTrackSettings settings;
    private final boolean follows;
    private final boolean aligns;

    private FindTrackModels(ModelCatalogue catalogue, FindTrackSettings settings, boolean follows, boolean aligns) {
        this.catalogue = catalogue;
        this.settings = settings;
        this.follows = follows;
        this.aligns = aligns;
    }

    /** All that FindTrack itself needs. */
    static FindTrackModels of(ModelCatalogue catalogue, FindTrackSettings settings) {
        return new FindTrackModels(
                catalogue, settings, true, settings.keyFrame().needsAlignment());
    }

    /** The segmenter alone. */
    static FindTrackModels segmenter(ModelCatalogue catalogue, String nameOrFile) {
        var settings = FindTrackSettings.read(ProjectHome.path().resolve("configs/findtrack/mevis.yaml"));
        var named = settings.withModels(nameOrFile, settings.aligner(), settings.propagator());
        return new FindTrackModels(catalogue, named, false, false);
    }

    /** All that has a say beside a selector. */
    static FindTrackModels of(ModelCatalogue catalogue, FindTrackSettings settings, HybridSettings hybrid) {
        boolean follows = hybrid.maskWeight() > 0;
        boolean aligns =
                hybrid.alignmentWeight() > 0 || follows && settings.keyFrame().needsAlignment();
        return new FindTrackModels(catalogue, settings, follows, aligns);
    }

    /** The models that are needed, by what they are called. */
    List<String> names() {
        var names = new ArrayList<String>();
        if (follows) {
            names.add(settings.segmenter());
        }
        if (aligns) {
            names.add(settings.aligner());
        }
        if (follows) {
            names.add(settings.propagator());
        }
        return List.copyOf(names);
    }

    /** Whether all files are on this machine. */
    boolean areHere() {
        return names().stream().allMatch(this::isHere);
    }

    private boolean isHere(String name) {
        if (ModelCatalogue.isFile(name) || Files.isDirectory(Path.of(name))) {
            return Files.exists(Path.of(name));
        }
        try {
            var entry = catalogue.entry(name);
            return entry.place() == ModelCatalogue.Place.SHIP || entry.place() == ModelCatalogue.Place.HERE;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Says at once all that is not here, rather than one after the other.
     *
     * @throws IllegalArgumentException with the files, their sizes and the command that brings them
     */
    void requireHere() throws IOException {
        requireHere(names());
    }

    private void requireHere(List<String> names) throws IOException {
        var missing = names.stream().filter(name -> !isHere(name)).toList();
        if (missing.isEmpty()) {
            return;
        }
        var published = new ArrayList<CatalogueModel>();
        for (String name : missing) {
            if (ModelCatalogue.isFile(name)) {
                throw new FileNotFoundException(name + " does not exist");
            }
            published.add(catalogue
                    .entry(name)
                    .published()
                    .orElseThrow(() -> new IllegalArgumentException("the weights of " + name
                            + ", which FindTrack's recipe " + settings.name()
                            + " needs, neither ship nor are they published; --recipe mevis uses published ones")));
        }
        var files = new ArrayList<String>();
        for (var model : published) {
            for (var file : catalogue.store().missing(model)) {
                files.add(model.name() + "/" + file.name() + " (" + file.size() + ")");
            }
        }
        throw new IllegalArgumentException("FindTrack's recipe " + settings.name()
                + " needs files that are not on this machine: " + String.join(", ", files)
                + System.lineSeparator() + "'sola models fetch "
                + String.join(" ", published.stream().map(CatalogueModel::name).toList()) + "' brings them to "
                + catalogue.store().root() + "; --segmenter, --aligner and --model name files of your own");
    }

    /** Names and hashes of the weights, for folders that must not mix the answers of different ones. */
    Map<String, String> provenance() throws IOException {
        var facts = new LinkedHashMap<String, String>();
        facts.put("recipe", Sha256.of(settings.toString()));
        for (String name : names()) {
            facts.put(name, Sha256.of(checkpoint(name)));
        }
        return facts;
    }

    /** The weights called {@code name}, in a folder of published files the first that is known. */
    private Path checkpoint(String name) throws IOException {
        var folder = Path.of(name);
        if (!Files.isDirectory(folder)) {
            return catalogue.checkpoint(name);
        }
        var known = Stream.concat(
                        Stream.of("model.safetensors"),
                        catalogue.published().stream()
                                .map(model -> model.checkpoint().name()))
                .distinct()
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
        return known.orElseThrow(() -> new FileNotFoundException(folder
                + " has no weights under the name that they were published with; give the path of the file instead"));
    }

    /** The configuration that fits a checkpoint of this kind. */
    private Path config(Path checkpoint, String kind, String what) throws IOException {
        String size = catalogue.sizeOf(Checkpoint.open(checkpoint));
        var config = catalogue.config(size);
        if (!size.startsWith(kind) || !Files.isRegularFile(config)) {
            throw new IllegalArgumentException(checkpoint + " is no " + what + " of a known size; 'sola models show "
                    + checkpoint + "' says what it is");
        }
        return config;
    }

    /**
     * The networks, ready; to be closed.
     *
     * @param name of all of them
     * @param closing frees them
     */
    record Opened(String name, FindTrack findTrack, List<Runnable> closing) implements AutoCloseable {
        @Override
        public void close() {
            closing.forEach(Runnable::run);
        }
    }

    /**
     * Loads the networks.
     *
     * @param spill where frame features go that memory does not hold
     */
    Opened open(Device device, Path spill) throws IOException {
        requireHere();
        var closing = new ArrayList<Runnable>();
        try {
            var aligner = aligner(device, closing);
            var findTrack = findTrack(aligner, device, spill, closing);
            return new Opened(findTrack.name(), findTrack, List.copyOf(closing));
        } catch (IOException | RuntimeException e) {
            closing.forEach(Runnable::run);
            throw e;
        }
    }

    /**
     * Loads the networks as judges of tracks.
     *
     * @param closing gets what frees them
     */
    List<MixedScorer.Part> scorers(HybridSettings hybrid, Device device, Path spill, List<Runnable> closing)
            throws IOException {
        requireHere();
        var parts = new ArrayList<MixedScorer.Part>();
        var aligner = aligner(device, closing);
        if (hybrid.alignmentWeight() > 0) {
            var scorer = new AlignmentScorer(aligner.orElseThrow(), hybrid.alignmentFrames());
            parts.add(new MixedScorer.Part(scorer, hybrid.alignmentWeight()));
        }
        if (follows) {
            var scorer = new MaskScorer(findTrack(aligner, device, spill, closing));
            parts.add(new MixedScorer.Part(scorer, hybrid.maskWeight()));
        }
        return List.copyOf(parts);
    }

    private FindTrack findTrack(Optional<FrameAligner> aligner, Device device, Path spill, List<Runnable> closing)
            throws IOException {
        var segmenter = segmenter(device, closing);
        var propagator = propagator(device, spill, closing);
        var rule = settings.keyFrame();
        return rule.needsAlignment()
                ? FindTrack.of(rule, segmenter, aligner.orElseThrow(), propagator)
                : FindTrack.of(rule, segmenter, propagator);
    }

    /** The segmenter's configuration, weights and tokenizer. */
    FineTuning.Start segmenterFiles() throws IOException {
        requireHere(List.of(settings.segmenter()));
        var checkpoint = checkpoint(settings.segmenter());
        var config = EvfSamConfig.read(config(checkpoint, "evf-sam", "EVF-SAM"));
        return new FineTuning.Start(config, checkpoint, tokenizer(checkpoint));
    }

    private ReferringSegmenter segmenter(Device device, List<Runnable> closing) throws IOException {
        var files = segmenterFiles();
        var manager = NDManager.newBaseManager(device);
        closing.add(manager::close);
        var network = EvfSamSegmenter.open(files.config(), files.checkpoint(), files.tokenizer(), manager);
        closing.add(0, network::close);
        return EvfSamReferring.of(network);
    }

    /** Beside the weights: under the published name, or under that of shipped weights. */
    private static Path tokenizer(Path checkpoint) throws IOException {
        var published = checkpoint.resolveSibling(EvfSamSegmenter.TOKENIZER_FILE);
        String name = checkpoint.getFileName().toString().replaceFirst("\\.[a-z]+$", "");
        var shipped = checkpoint.resolveSibling(name + SHIPPED_TOKENIZER);
        return Stream.of(shipped, published)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new FileNotFoundException("beside " + checkpoint + " there is neither "
                        + published.getFileName() + " nor " + shipped.getFileName()
                        + ", the tokenizer that was published with it"));
    }

    private Optional<FrameAligner> aligner(Device device, List<Runnable> closing) throws IOException {
        if (!aligns) {
            return Optional.empty();
        }
        var checkpoint = checkpoint(settings.aligner());
        var config = AlphaClipConfig.read(config(checkpoint, "alpha-clip", "Alpha-CLIP"));
        var manager = NDManager.newBaseManager(device);
        closing.add(manager::close);
        boolean isWhole = Checkpoint.open(checkpoint).tensors().containsKey("visual.conv1_alpha.weight");
        var network = isWhole
                ? AlphaClipCheckpoint.open(config, checkpoint, manager)
                : AlphaClipCheckpoint.open(config, checkpoint, clip(checkpoint), manager);
        var reader = TextReader.open(config.text(), checkpoint.toAbsolutePath().getParent());
        var aligner = AlphaClipAligner.of(network, reader, manager);
        closing.set(closing.size() - 1, aligner::close);
        return Optional.of(aligner);
    }

    /** CLIP's own file beside Alpha-CLIP's. */
    private Path clip(Path visual) throws IOException {
        String name = visual.getFileName().toString();
        for (var model : catalogue.published()) {
            if (model.checkpoint().name().equals(name) && model.files().size() > 1) {
                var clip = visual.resolveSibling(model.files().get(1).name());
                if (Files.isRegularFile(clip)) {
                    return clip;
                }
                throw new FileNotFoundException(
                        "beside " + visual + " there is no " + clip.getFileName() + ", whose text side it needs");
            }
        }
        throw new IllegalArgumentException(visual + " holds the image side of an Alpha-CLIP alone; name it as published"
                + " and put CLIP's file beside it, or give one file with both sides");
    }

    private MaskPropagator propagator(Device device, Path spill, List<Runnable> closing) throws IOException {
        var checkpoint = checkpoint(settings.propagator());
        var manager = NDManager.newBaseManager(device);
        closing.add(manager::close);
        String size = catalogue.sizeOf(Checkpoint.open(checkpoint));
        if (size.startsWith("sam2")) {
            var weights = Weights.open(checkpoint, manager);
            var network = Sam2.of(Sam2Config.read(config(checkpoint, "sam2", "SAM 2")), weights);
            weights.requireAllUsed(Sam2::isUnread);
            var limits = new FeatureStore.Limits(FEATURE_BYTES, spill, 1);
            return Sam2Propagator.of(network, VideoSettings.official(), limits);
        }
        var network = Cutie.open(config(checkpoint, "cutie", "Cutie and no SAM 2"), checkpoint, manager);
        var limits = new CutiePropagator.Limits(FEATURE_BYTES, spill);
        return CutiePropagator.of(network, settings.cutie(), limits);
    }
}
