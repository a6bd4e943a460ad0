package org.sola.demo;

import java.util.List;

/**
 * One thing in a scene.
 *
 * @param id its number among the scene's objects from 1, or 0 for scenery (an occluder that has no mask of its own)
 * @param look what it looks like
 * @param poses one a frame
 */
public record DemoObject(int id, Look look, List<Pose> poses) {
    public DemoObject {
        poses = List.copyOf(poses);
        if (id < 0 || id > 255) {
            throw new IllegalArgumentException("an object's id is 0..255, not " + id);
        }
    }

    /** Whether it only hides others. */
    public boolean scenery() {
        return id == 0;
    }

    /** The same in the first frames alone. */
    DemoObject beginning(int length) {
        return new DemoObject(id, look, poses.subList(0, length));
    }
}
