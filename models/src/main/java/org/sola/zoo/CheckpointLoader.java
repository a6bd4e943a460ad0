package org.sola.zoo;

import ai.djl.Application;
import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.repository.MRL;
import ai.djl.repository.Repository;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelLoader;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Translator;
import ai.djl.util.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.sola.config.Configs;
import org.sola.tensor.Weights;

/**
 * Loads {@code checkpoints/NAME.safetensors} with {@code configs/models/NAME.yaml}.
 *
 * @param <C> configuration
 * @param <I> input of the predictor
 * @param <O> its output
 */
abstract class CheckpointLoader<C extends Record, I, O> implements ModelLoader {
    private final String name;
    private final Application application;
    private final Class<C> config;
    private final Class<I> input;
    private final Class<O> output;

    CheckpointLoader(String name, Application application, Class<C> config, Class<I> input, Class<O> output) {
        this.name = name;
        this.application = application;
        this.config = config;
        this.input = input;
        this.output = output;
    }

    /** What {@link #load} makes of the weights: the model's block, and the way between it and the caller's types. */
    record Loaded<I, O>(Block block, Translator<I, O> translator) {}

    abstract Loaded<I, O> load(C settings, Weights weights);

    @Override
    public String getGroupId() {
        return SolaModelZoo.GROUP_ID;
    }

    @Override
    public String getArtifactId() {
        return name;
    }

    @Override
    public Application getApplication() {
        return application;
    }

    @Override
    public MRL getMrl() {
        return Repository.newInstance("sola", home(Map.of())).model(application, SolaModelZoo.GROUP_ID, name, "0.1.0");
    }

    private static Path home(Map<String, Object> arguments) {
        var given = arguments == null ? null : arguments.get("home");
        return Path.of(given == null ? System.getProperty("sola.home", "") : given.toString())
                .toAbsolutePath();
    }

    @Override
    @SuppressWarnings("unchecked") // the classes were compared
    public <P, Q> ZooModel<P, Q> loadModel(Criteria<P, Q> criteria) throws IOException, ModelNotFoundException {
        if (criteria.getInputClass() != input || criteria.getOutputClass() != output) {
            throw new ModelNotFoundException(name + " takes " + input.getName() + " and gives " + output.getName()
                    + ", not " + criteria.getInputClass().getName() + " and "
                    + criteria.getOutputClass().getName());
        }
        Path home = home(criteria.getArguments());
        Path checkpoint = home.resolve("checkpoints").resolve(name + ".safetensors");
        if (!Files.isRegularFile(checkpoint)) {
            throw new ModelNotFoundException(checkpoint + " is not there; give the project's folder by the argument"
                    + " \"home\" or the system property sola.home");
        }
        Path settings = home.resolve("configs/models").resolve(name + ".yaml");
        var model = Model.newInstance(name, criteria.getDevice(), "PyTorch");
        try {
            var weights = Weights.open(checkpoint, model.getNDManager());
            var loaded = load(Configs.load(config, java.util.List.of(settings), Map.of()), weights);
            weights.requireAllUsed();
            model.setBlock(loaded.block());
            return (ZooModel<P, Q>) new ZooModel<>(model, loaded.translator());
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    @Override
    public <P, Q> boolean isDownloaded(Criteria<P, Q> criteria) {
        return true; // files that ship with the project
    }

    @Override
    public <P, Q> void downloadModel(Criteria<P, Q> criteria, Progress progress) {
        // nothing to fetch
    }
}
