package org.sola.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Draws referring videos: casts the parts, lets each move, and places the paths so that most can be seen most of the time. */
final class VideoSampler {
    private static final int TRIES = 28;

    private final DemoRandom random;
    private final SceneConfig config;
    private final int frames;
    private final double side;
    private final List<CameraPose> camera;
    private final List<DemoObject> layers = new ArrayList<>();
    private final List<DemoObject> foreground = new ArrayList<>();

    private VideoSampler(DemoRandom random, SceneConfig config) {
        this.random = random;
        this.config = config;
        this.frames = random.whole(config.minimumFrames(), config.maximumFrames());
        this.side = Math.min(config.height(), config.width());
        this.camera = new CameraSampler(random, config, frames).draw();
    }

    static DemoScene sample(DemoRandom random, SceneConfig config) {
        return new VideoSampler(random, config).draw();
    }

    private DemoScene draw() {
        boolean still =
                camera.get(0).equals(camera.get(frames - 1)) && camera.get(0).equals(camera.get(frames / 2));
        var parts = Casting.cast(random, config, still);
        int id = 1;
        for (var part : parts) {
            layers.add(new DemoObject(id++, part.look(), place(part)));
        }
        random.shuffle(layers);
        layers.addAll(foreground);
        var effects = config.effects() ? ImageSampler.effects(random, frames) : Effects.none(frames);
        return new DemoScene(
                config.height(),
                config.width(),
                SurfaceSampler.background(random, Photo.WITHOUT_THINGS),
                layers,
                camera,
                effects);
    }

    private List<Pose> place(Casting.Part part) {
        List<Pose> best = null;
        double least = Double.MAX_VALUE;
        for (int attempt = 0; attempt < TRIES && least > 0.05; attempt++) {
            double heading = Motion.heading(random);
            var track = part.motion().draw(random, frames, heading);
            var poses = part.motion().crossesEdge() ? across(part, track, heading) : inside(part, track);
            double cost = crowding(poses) + (part.motion().crossesEdge() ? 0 : outside(poses));
            if (cost < least) {
                least = cost;
                best = poses;
            }
        }
        if (part.motion() == Motion.BEHIND) {
            foreground.add(screen(best));
        }
        return faced(part, best);
    }

    /** Somewhere where the whole path is in the frame, as far as it fits. */
    private List<Pose> inside(Casting.Part part, Motion.Track track) {
        double largest = part.size() * side * Math.max(1, track.scale()[frames - 1]);
        double size = largest > 0.62 * side ? part.size() * 0.62 * side / largest : part.size();
        double margin = 0.5 * Math.min(largest, 0.62 * side);
        double startX = start(track.x(), config.width(), margin);
        double startY = start(track.y(), config.height(), margin);
        double tilt = random.chance(0.75) ? 0 : random.between(-0.3, 0.3);
        double shiftX = camera.get(frames / 2).x() - config.width() / 2.0;
        double shiftY = camera.get(frames / 2).y() - config.height() / 2.0;
        var poses = new ArrayList<Pose>();
        for (int t = 0; t < frames; t++) {
            poses.add(new Pose(
                    startX + shiftX + track.x()[t] * side,
                    startY + shiftY + track.y()[t] * side,
                    size * side * track.scale()[t],
                    tilt + track.angle()[t],
                    1));
        }
        return poses;
    }

    private double start(double[] offsets, double length, double margin) {
        double least = 0;
        double most = 0;
        for (double offset : offsets) {
            least = Math.min(least, offset * side);
            most = Math.max(most, offset * side);
        }
        double low = margin - least;
        double high = length - margin - most;
        return low < high ? random.between(low, high) : (low + high) / 2;
    }

    /** From a place inside to just beyond the edge that the heading meets. */
    private List<Pose> across(Casting.Part part, Motion.Track track, double heading) {
        double size = part.size() * side;
        double x = random.between(0.25, 0.75) * config.width();
        double y = random.between(0.25, 0.75) * config.height();
        double cos = StrictMath.cos(heading);
        double sin = StrictMath.sin(heading);
        double way = 0;
        double reach = 0.72 * size; // half the diagonal
        while (x + way * cos > -reach
                && x + way * cos < config.width() + reach
                && y + way * sin > -reach
                && y + way * sin < config.height() + reach) {
            way += 2;
        }
        var poses = new ArrayList<Pose>();
        for (int t = 0; t < frames; t++) {
            poses.add(Pose.at(x + way * track.x()[t], y + way * track.y()[t], size));
        }
        return poses;
    }

    /** A wall in the middle of a straight path, wide enough to hide its object for a few frames. */
    private DemoObject screen(List<Pose> path) {
        var first = path.get(0);
        var last = path.get(frames - 1);
        double way = StrictMath.hypot(last.x() - first.x(), last.y() - first.y());
        double hidden = random.between(1.5, 4.5) * way / (frames - 1);
        double height = Math.max(0.5 * side, 1.6 * first.size());
        double width = Math.min(first.size() * 0.95 + hidden, height);
        boolean sideways = Math.abs(last.x() - first.x()) > Math.abs(last.y() - first.y());
        double share = random.between(0.45, 0.55);
        var pose = new Pose(
                first.x() + share * (last.x() - first.x()),
                first.y() + share * (last.y() - first.y()),
                height,
                sideways ? 0 : StrictMath.PI / 2,
                width / height);
        return new DemoObject(
                0, ImageSampler.textured(random, SurfaceLook.Cut.SLAB), Collections.nCopies(frames, pose));
    }

    /** Share of the object's square that is outside the frame, the mean over the frames. */
    private double outside(List<Pose> poses) {
        double sum = 0;
        for (int t = 0; t < frames; t++) {
            sum += 1 - SceneTruth.insideShare(poses.get(t), camera.get(t), config.height(), config.width());
        }
        return 2 * sum / frames;
    }

    /** Share of the frames in which the object comes too close to one of those that are placed. */
    private double crowding(List<Pose> poses) {
        double sum = 0;
        for (int t = 0; t < frames; t++) {
            double worst = 0;
            for (var other : layers) {
                var there = other.poses().get(t);
                var here = poses.get(t);
                double apart = StrictMath.hypot(here.x() - there.x(), here.y() - there.y());
                double touching = 0.45 * (here.size() + there.size());
                worst = Math.max(worst, Math.min(1, 2 * (1 - apart / touching)));
            }
            sum += Math.max(0, worst);
        }
        return sum / frames;
    }

    /** Lets things that have a front look where they go, turning round over a few frames. */
    private List<Pose> faced(Casting.Part part, List<Pose> poses) {
        boolean facesLeft =
                part.look() instanceof SpriteLook sprite && sprite.sprite().facesLeft();
        double now = random.sign();
        boolean backwards = random.chance(0.06);
        var faced = new ArrayList<Pose>();
        double slow = 0.004 * side;
        for (int t = 0; t < frames; t++) {
            var pose = poses.get(t);
            var ahead = poses.get(Math.min(frames - 1, t + 2));
            var behind = poses.get(Math.max(0, t - 1));
            double speed = ahead.x() - behind.x();
            if (facesLeft && Math.abs(speed) > slow) {
                double goal = speed > 0 != backwards ? -1 : 1;
                boolean first = faced.isEmpty()
                        || faced.stream()
                                        .allMatch(
                                                p -> p.mirror() == faced.get(0).mirror())
                                && t < 3;
                now = first ? goal : goal > now ? Math.min(goal, now + 0.5) : Math.max(goal, now - 0.5);
                if (now == 0) {
                    now = 0.25 * goal;
                }
            }
            faced.add(new Pose(pose.x(), pose.y(), pose.size(), pose.angle(), now));
        }
        return faced;
    }
}
