package org.sola.zoo;

import ai.djl.Application;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
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
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.sola.config.Configs;
import org.sola.tensor.Weights;

/**
 * Loads a model with the configuration that reads it, from the file that the Criteria's argument {@code checkpoint} names,
 * else from where {@link ZooFiles} find it.
 *
 * @param <C> configuration
 */
abstract class CheckpointLoader<C extends Record> implements ModelLoader {
    private final String name;
    private final String configName;
    private final Application application;
    private final Class<C> config;
    private final List<Types> types;

    CheckpointLoader(String name, String configName, Application application, Class<C> config, Types... types) {
        this.name = name;
        this.configName = configName;
        this.application = application;
        this.config = config;
        this.types = List.of(types);
    }

    /** What a predictor takes and gives. */
    record Types(Class<?> input, Class<?> output) {
        @Override
        public String toString() {
            return input.getName() + " and gives " + output.getName();
        }
    }

    /** What {@link #load} makes of the weights: the model's block, and the way between it and the caller's types. */
    record Loaded(Block block, Translator<?, ?> translator) {}

    /**
     * What a model is made from.
     *
     * @param weights to be asked for by name
     * @param checkpoint their file, for what lies beside it
     * @param manager which lives as long as the model
     * @param files the project's and the fetched ones
     */
    record Source(Weights weights, Path checkpoint, NDManager manager, ZooFiles files) {}

    /** @param wanted one of the types that the constructor was given */
    abstract Loaded load(C settings, Source source, Types wanted) throws IOException;

    /** Whether official checkpoints hold this parameter though nothing reads it. */
    boolean isUnread(String parameter) {
        return false;
    }

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
        return Repository.newInstance("sola", ZooFiles.of(Map.of()).home())
                .model(application, SolaModelZoo.GROUP_ID, name, "0.1.0");
    }

    @Override
    @SuppressWarnings("unchecked") // the classes were compared
    public <P, Q> ZooModel<P, Q> loadModel(Criteria<P, Q> criteria) throws IOException, ModelNotFoundException {
        var wanted = new Types(criteria.getInputClass(), criteria.getOutputClass());
        if (!types.contains(wanted)) {
            throw new ModelNotFoundException(name + " takes "
                    + types.stream().map(Types::toString).collect(Collectors.joining(", or ")) + ", not "
                    + criteria.getInputClass().getName() + " and "
                    + criteria.getOutputClass().getName());
        }
        Path checkpoint = checkpoint(criteria.getArguments());
        var files = ZooFiles.of(criteria.getArguments());
        var model = Model.newInstance(name, criteria.getDevice(), "PyTorch");
        try {
            var loaded = open(files, checkpoint, model.getNDManager(), wanted);
            model.setBlock(loaded.block());
            return (ZooModel<P, Q>) new ZooModel<>(model, loaded.translator());
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private Path checkpoint(Map<String, Object> arguments) throws IOException, ModelNotFoundException {
        var given = arguments == null ? null : arguments.get("checkpoint");
        if (given != null) {
            var file = Path.of(given.toString());
            if (!Files.isRegularFile(file)) {
                // not ModelNotFoundException, for which DJL would go on searching and then say something else
                throw new NoSuchFileException("the argument \"checkpoint\" names " + file + ", which is not a file");
            }
            return file;
        }
        return ZooFiles.of(arguments).checkpoint(name);
    }

    private Loaded open(ZooFiles files, Path checkpoint, NDManager manager, Types wanted) throws IOException {
        var weights = Weights.open(checkpoint, manager);
        var settings = Configs.load(config, List.of(files.configuration(configName)), Map.of());
        var loaded = load(settings, new Source(weights, checkpoint, manager, files), wanted);
        weights.requireAllUsed(this::isUnread);
        return loaded;
    }

    /** The model's block without a translator; that of the last types serves all. */
    Block block(ZooFiles files, NDManager manager) throws IOException, ModelNotFoundException {
        return open(files, files.checkpoint(name), manager, types.get(types.size() - 1))
                .block();
    }

    @Override
    public <P, Q> boolean isDownloaded(Criteria<P, Q> criteria) throws IOException {
        try {
            checkpoint(criteria.getArguments());
            return true;
        } catch (ModelNotFoundException e) {
            return false;
        }
    }

    /** Opens no connection; a model that is not here is an error that names the command which fetches it. */
    @Override
    public <P, Q> void downloadModel(Criteria<P, Q> criteria, Progress progress)
            throws IOException, ModelNotFoundException {
        checkpoint(criteria.getArguments());
    }
}
