package org.sola.demo;

import java.util.ArrayList;
import java.util.List;

/** Draws how the camera moves: mostly not at all, else a pan, a zoom, a tremble or a slow roll. */
final class CameraSampler {
    private final DemoRandom random;
    private final SceneConfig config;
    private final int frames;

    CameraSampler(DemoRandom random, SceneConfig config, int frames) {
        this.random = random;
        this.config = config;
        this.frames = frames;
    }

    /** One pose a frame. */
    List<CameraPose> draw() {
        double side = Math.min(config.height(), config.width());
        double kind = random.unit();
        boolean pan = kind >= 0.5 && kind < 0.72 || kind >= 0.94;
        boolean zoom = kind >= 0.72 && kind < 0.86 || kind >= 0.94;
        boolean tremble = kind >= 0.86 && kind < 0.91;
        boolean roll = kind >= 0.91 && kind < 0.94;
        double way = pan ? side * random.between(0.1, 0.28) : 0;
        double direction = random.between(0, 2 * StrictMath.PI);
        double factor = zoom ? random.between(1.15, 1.4) : 1;
        boolean outwards = random.chance(0.5);
        double tilt = roll ? random.sign() * random.between(0.06, 0.16) : 0;
        double shiver = tremble ? random.between(0.004, 0.012) * side : 0;
        var poses = new ArrayList<CameraPose>();
        for (int t = 0; t < frames; t++) {
            double u = frames == 1 ? 0 : (double) t / (frames - 1);
            double along = way * (u - 0.5);
            double zoomNow = StrictMath.pow(factor, outwards ? 1 - u : u);
            poses.add(new CameraPose(
                    config.width() / 2.0 + along * StrictMath.cos(direction) + shiver * random.between(-1, 1),
                    config.height() / 2.0 + along * StrictMath.sin(direction) + shiver * random.between(-1, 1),
                    zoomNow,
                    tilt * (u - 0.5) * 2));
        }
        return poses;
    }
}
