package org.sola.train.sam2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.sola.demo.SceneConfig;
import org.sola.demo.SceneRenderer;
import org.sola.demo.SceneSampler;

class PromptSamplerTest {
    @Property(tries = 40)
    void clicksLieOnTheirObjectAndSayTheTruth(@ForAll long seed) {
        var image = image(seed);
        for (var kind : PromptSampler.Kind.values()) {
            var prompts = PromptSampler.sample(image, kind, 5, new SplittableRandom(seed));
            for (int p = 0; p < 5; p++) {
                int object = prompts.objects()[p];
                if (kind == PromptSampler.Kind.BOX && object >= 0) {
                    assertEquals(2, prompts.labels()[2 * p]);
                    assertEquals(3, prompts.labels()[2 * p + 1]);
                    continue;
                }
                for (int i = p * kind.points(); i < (p + 1) * kind.points(); i++) {
                    int x = (int) prompts.points()[2 * i];
                    int y = (int) prompts.points()[2 * i + 1];
                    boolean isOn = image.owners()[y * image.size() + x] == object;
                    assertEquals(isOn ? 1 : 0, prompts.labels()[i]);
                }
            }
        }
    }

    @Property(tries = 40)
    void lowResolutionTargetsKeepTheArea(@ForAll long seed) {
        var image = image(seed);
        int low = image.size() / TrainingImage.STRIDE;
        for (int object : image.visible(1)) {
            var target = new float[low * low];
            image.writeTarget(object, target, 0);
            double area = 0;
            for (float share : target) {
                assertTrue(share >= 0 && share <= 1);
                area += share;
            }
            assertEquals(image.areas()[object], area * 16, 1e-2);
        }
    }

    private static TrainingImage image(long seed) {
        var scene = SceneSampler.image(seed, SceneConfig.image().withSize(64, 64));
        return TrainingImage.of(scene, SceneRenderer.of(scene), 0);
    }
}
