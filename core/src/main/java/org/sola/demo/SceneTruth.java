package org.sola.demo;

import java.util.ArrayList;
import java.util.List;

/** What is true of a video: every object's path, size and visibility in every frame. Filled frame by frame. */
final class SceneTruth {
    private final DemoScene scene;
    private final double[][] share;
    private final int[][] pixels;

    SceneTruth(DemoScene scene) {
        this.scene = scene;
        int objects = scene.objects().size();
        this.share = new double[objects][scene.frames()];
        this.pixels = new int[objects][scene.frames()];
    }

    /** Takes note of what is seen in a frame. */
    void add(int t, RenderedFrame frame) {
        var shares = frame.visibleShares();
        var counts = frame.visiblePixels();
        for (int i = 0; i < shares.length; i++) {
            share[i][t] = shares[i];
            pixels[i][t] = counts[i];
        }
    }

    DemoScene scene() {
        return scene;
    }

    boolean hasScenery() {
        return scene.layers().stream().anyMatch(DemoObject::scenery);
    }

    /** The objects in the order of their ids; every frame must have been added. */
    List<ObjectTruth> objects() {
        var objects = new ArrayList<ObjectTruth>();
        for (var object : scene.objects()) {
            objects.add(truth(object));
        }
        return List.copyOf(objects);
    }

    private ObjectTruth truth(DemoObject object) {
        int frames = scene.frames();
        double side = Math.min(scene.height(), scene.width());
        var x = new double[frames];
        var y = new double[frames];
        var worldX = new double[frames];
        var worldY = new double[frames];
        var size = new double[frames];
        var worldSize = new double[frames];
        var angle = new double[frames];
        var inside = new double[frames];
        var steady = steadied(scene.camera());
        for (int t = 0; t < frames; t++) {
            var pose = object.poses().get(t);
            var camera = steady.get(t);
            x[t] = camera.screenX(pose.x(), pose.y(), scene.width()) / side;
            y[t] = camera.screenY(pose.x(), pose.y(), scene.height()) / side;
            worldX[t] = pose.x() / side;
            worldY[t] = pose.y() / side;
            size[t] = pose.size() * camera.zoom() / side;
            worldSize[t] = pose.size() / side;
            angle[t] = pose.angle();
            inside[t] = insideShare(pose, camera, scene.height(), scene.width());
        }
        int i = object.id() - 1;
        return new ObjectTruth(
                object.id(),
                object.look(),
                new Path2(x, y),
                new Path2(worldX, worldY),
                size,
                worldSize,
                angle,
                inside,
                share[i],
                pixels[i]);
    }

    /** The camera without its tremble: the straight line that fits its places best (its pans are straight). */
    private static List<CameraPose> steadied(List<CameraPose> camera) {
        int n = camera.size();
        double middle = (n - 1) / 2.0;
        double meanX = 0;
        double meanY = 0;
        double slopeX = 0;
        double slopeY = 0;
        double spread = 0;
        for (int t = 0; t < n; t++) {
            meanX += camera.get(t).x() / n;
            meanY += camera.get(t).y() / n;
            slopeX += (t - middle) * camera.get(t).x();
            slopeY += (t - middle) * camera.get(t).y();
            spread += (t - middle) * (t - middle);
        }
        var steady = new ArrayList<CameraPose>();
        for (int t = 0; t < n; t++) {
            double along = n == 1 ? 0 : (t - middle) / spread;
            var pose = camera.get(t);
            steady.add(new CameraPose(meanX + along * slopeX, meanY + along * slopeY, pose.zoom(), pose.angle()));
        }
        return steady;
    }

    /** Share of the object's (unturned) square that lies inside the frame, 0..1. */
    static double insideShare(Pose pose, CameraPose camera, int height, int width) {
        double half = pose.size() * camera.zoom() / 2;
        double x = camera.screenX(pose.x(), pose.y(), width);
        double y = camera.screenY(pose.x(), pose.y(), height);
        double across = Math.min(width, x + half) - Math.max(0, x - half);
        double down = Math.min(height, y + half) - Math.max(0, y - half);
        return Math.max(0, across) * Math.max(0, down) / (4 * half * half);
    }
}
