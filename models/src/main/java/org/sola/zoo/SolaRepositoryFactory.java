package org.sola.zoo;

import ai.djl.repository.MRL;
import ai.djl.repository.Metadata;
import ai.djl.repository.Repository;
import ai.djl.repository.RepositoryFactory;
import ai.djl.repository.SimpleRepository;
import ai.djl.repository.zoo.ModelNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Lets {@code Criteria.builder().optModelUrls("sola:NAME")} lead to a model of {@link SolaModelZoo}. */
public final class SolaRepositoryFactory implements RepositoryFactory {
    private static final String SCHEME = "sola";

    @Override
    public Repository newInstance(String name, URI uri) {
        String model = uri.getSchemeSpecificPart().replaceFirst("^/+", "").replaceFirst("\\?.*$", "");
        var files = ZooFiles.of(Map.of());
        try {
            return new OneModel(name, uri, files.checkpoint(model), model);
        } catch (ModelNotFoundException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    @Override
    public Set<String> getSupportedScheme() {
        return Set.of(SCHEME);
    }

    /** A folder of which DJL is to read nothing by itself: the factories that are named here do. */
    private static final class OneModel extends SimpleRepository {
        private final String model;

        OneModel(String name, URI uri, Path checkpoint, String model) {
            super(name, uri, checkpoint.toAbsolutePath().getParent());
            this.model = model;
            arguments.put(UrlBlockFactory.MODEL, model);
            arguments.put("blockFactory", UrlBlockFactory.class.getName());
            arguments.put("translatorFactory", UrlTranslatorFactory.class.getName());
        }

        @Override
        public Metadata locate(MRL mrl) throws IOException {
            var metadata = super.locate(mrl);
            for (var artifact : metadata.getArtifacts()) {
                artifact.setName(model);
                artifact.setOptions(Map.of("hasParameter", "false")); // the block comes with its parameters
            }
            return metadata;
        }

        @Override
        public List<MRL> getResources() {
            return List.of(MRL.undefined(this, SolaModelZoo.GROUP_ID, model));
        }
    }
}
