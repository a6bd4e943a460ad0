package org.sola.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.sola.dataset.DatasetException;
import org.sola.dataset.MevisWriter;
import org.sola.file.AtomicFile;
import org.sola.file.Folders;
import org.sola.mask.Rle;

/**
 * Writes the demo data set in the layout of MeViS: {@code OUT/SPLIT/JPEGImages/VIDEO/00000.jpg}, {@code
 * meta_expressions.json}, {@code mask_dict.json}, and {@code demo.json}, which says how it was made.
 *
 * <p>The same request and {@link #VERSION} give the same bytes on every machine, with any number of threads, and however
 * often the work was interrupted; video {@code i} of a split does not depend on how many there are. Splits draw from
 * different random streams, so no scene is in two of them.
 */
public final class DemoDataset {
    /** Changes whenever the same seed gives other bytes than before. */
    public static final int VERSION = 2;

    private static final String MANIFEST = "demo.json";
    private static final int JPEG_QUALITY = 90;
    private static final int PATIENCE_SECONDS = 5; // several times what a video takes
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What to generate.
     *
     * @param seed any number; 0 is the one the project's own figures were measured with
     * @param videos how many
     * @param split train or valid, or any other name made of letters, digits, - and _
     * @param config size, length and crowding of the videos
     * @param richness times as many expressions a video as usual, as far as there is more to say; for training
     * @param threads how many videos are drawn at the same time
     */
    public record Request(long seed, int videos, String split, SceneConfig config, int richness, int threads) {
        public Request {
            if (videos < 1 || videos > 99_999) {
                throw new IllegalArgumentException("1 to 99999 videos can be generated, not " + videos);
            }
            if (!split.matches("[A-Za-z0-9_-]+")) {
                throw new IllegalArgumentException(
                        "a split is named with letters, digits, - and _, not \"" + split + "\"");
            }
            if (config.minimumFrames() < 2) {
                throw new IllegalArgumentException(
                        "a referring video needs at least 2 frames, not " + config.minimumFrames());
            }
            if (config.minimumFrames() < DemoVideo.SHORTEST && config.maximumFrames() >= DemoVideo.SHORTEST) {
                throw new IllegalArgumentException("clips of " + config.minimumFrames() + " to "
                        + config.maximumFrames() + " frames: below " + DemoVideo.SHORTEST
                        + " nothing is said of motion, so a split has shorter ones or longer ones, not both");
            }
            if (richness < 1) {
                throw new IllegalArgumentException("1 or more times as many expressions, not " + richness);
            }
            if (threads < 1) {
                throw new IllegalArgumentException("at least one thread is needed, not " + threads);
            }
        }

        /** Usual videos, one after the other. */
        public static Request of(long seed, int videos, String split) {
            return new Request(seed, videos, split, SceneConfig.video(), 1, 1);
        }
    }

    /**
     * What was generated.
     *
     * @param videos number of videos
     * @param written those that were drawn now; the others were there
     * @param frames number of frames
     * @param objects number of objects
     * @param kinds number of expressions of each kind
     * @param seconds how long it took
     */
    public record Summary(
            int videos, int written, int frames, int objects, Map<String, Integer> kinds, double seconds) {
        public Summary {
            kinds = Map.copyOf(kinds);
        }

        /** Number of expressions. */
        public int expressions() {
            return kinds.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    /** Is told after every video. */
    @FunctionalInterface
    public interface Progress {
        void done(int videos, int of);
    }

    private record Entry(
            String id, boolean written, List<String> names, List<List<Rle>> masks, List<DemoExpression> expressions) {}

    private final Path root;
    private final Request request;

    private DemoDataset(Path root, Request request) {
        this.root = root;
        this.request = request;
    }

    /** Generates a split of usual videos with one thread. */
    public static Summary generate(Path out, long seed, int videos, String split) throws IOException {
        return generate(out, Request.of(seed, videos, split), (done, of) -> {});
    }

    /**
     * Generates a split below {@code out}, or what is missing of it. Interrupting the thread stops it within a video's
     * time: videos that are whole stay, and nothing else.
     *
     * @throws InterruptedIOException if the thread was interrupted; generating again goes on
     * @throws DatasetException if the folder holds something else
     * @throws IOException if something cannot be written
     */
    public static Summary generate(Path out, Request request, Progress progress) throws IOException {
        return new DemoDataset(out.resolve(request.split()), request).run(progress);
    }

    /** The seed of one video: everything about it is drawn from this. */
    public static long videoSeed(long seed, String split, int index) {
        return DemoRandom.of(seed, "demo/" + split, index).nextLong();
    }

    private Summary run(Progress progress) throws IOException {
        long start = System.nanoTime();
        claimFolder();
        var writer = new MevisWriter(root);
        var kinds = new TreeMap<String, Integer>();
        int written = 0;
        int frames = 0;
        int objects = 0;
        var pool = Executors.newFixedThreadPool(request.threads());
        try {
            var futures = submit(pool);
            for (int i = 0; i < request.videos(); i++) {
                var entry = await(futures.set(i, null)); // what is written is not kept
                var sentences = new ArrayList<MevisWriter.Sentence>();
                for (var e : entry.expressions()) {
                    kinds.merge(e.kind().word(), 1, Integer::sum);
                    var ids = e.objects().stream().map(id -> id - 1).toList();
                    sentences.add(new MevisWriter.Sentence(e.text(), e.kind().word(), ids));
                }
                writer.add(entry.id(), entry.names(), entry.masks(), sentences);
                written += entry.written() ? 1 : 0;
                frames += entry.names().size();
                objects += entry.masks().size();
                progress.done(i + 1, request.videos());
            }
        } finally {
            end(pool);
        }
        writer.write();
        return new Summary(request.videos(), written, frames, objects, kinds, (System.nanoTime() - start) / 1e9);
    }

    private List<Future<Entry>> submit(ExecutorService pool) {
        var futures = new ArrayList<Future<Entry>>();
        for (int i = 0; i < request.videos(); i++) {
            int index = i;
            futures.add(pool.submit(() -> draw(index)));
        }
        return futures;
    }

    /** Drops what has not begun and waits for what has, so that nobody writes any more. */
    private static void end(ExecutorService pool) {
        pool.shutdownNow();
        boolean isInterrupted = Thread.interrupted();
        try {
            isInterrupted |= !pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            isInterrupted = true;
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Entry await(Future<Entry> future) throws IOException {
        try {
            if (Thread.interrupted()) { // a future that is done does not ask
                throw new InterruptedException();
            }
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted; run it again to go on");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException("a video could not be drawn", e.getCause());
        }
    }

    private Entry draw(int index) throws IOException {
        long seed = videoSeed(request.seed(), request.split(), index);
        var video = request.config().maximumFrames() < DemoVideo.SHORTEST
                ? DemoVideo.beginning(seed, request.config(), request.richness())
                : DemoVideo.of(seed, request.config(), request.richness());
        String id = String.format("%s%05d", request.split(), index);
        var names = new ArrayList<String>();
        for (int t = 0; t < video.frames().size(); t++) {
            names.add(String.format("%05d", t));
        }
        boolean written = writeFrames(id, names, video.frames());
        var masks = new ArrayList<List<Rle>>();
        for (int object = 1; object <= video.frames().get(0).objects(); object++) {
            int number = object;
            masks.add(video.frames().stream()
                    .map(frame -> Rle.encode(frame.mask(number)))
                    .toList());
        }
        return new Entry(id, written, names, masks, video.expressions());
    }

    /** Writes a video's folder under another name first: one that has its own name is whole. */
    private boolean writeFrames(String id, List<String> names, List<RenderedFrame> frames) throws IOException {
        var images = root.resolve("JPEGImages");
        var folder = images.resolve(id);
        if (Files.isDirectory(folder)) {
            return false;
        }
        var partial = images.resolve(id + AtomicFile.TEMPORARY_SUFFIX);
        Folders.delete(partial);
        Files.createDirectories(partial);
        try {
            for (int t = 0; t < names.size(); t++) {
                var jpeg = BaselineJpeg.encode(frames.get(t).image(), JPEG_QUALITY);
                Files.write(partial.resolve(names.get(t) + ".jpg"), jpeg);
            }
            Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (IOException e) { // also when interrupted: the channel says so
            Folders.delete(partial);
            throw e;
        }
    }

    /** Makes sure that the folder is new, or was begun by the same request. */
    private void claimFolder() throws IOException {
        var file = root.resolve(MANIFEST);
        var wanted = manifest();
        if (Files.exists(file)) {
            requireSame(file, JSON.readTree(file.toFile()), wanted);
        } else if (Files.isDirectory(root) && !Folders.isEmpty(root)) {
            throw new DatasetException(root + " holds files but no " + MANIFEST
                    + ", so it was not made by this command; choose another folder");
        }
        AtomicFile.write(file, out -> {
            out.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(wanted));
            out.write('\n');
        });
    }

    private ObjectNode manifest() {
        var node = JSON.createObjectNode();
        node.put("generator", "sola demo");
        node.put("version", VERSION);
        node.put("seed", request.seed());
        node.put("split", request.split());
        node.put("videos", request.videos());
        node.put("config", request.config().toString());
        if (request.richness() > 1) {
            node.put("richness", request.richness());
        }
        return node;
    }

    private static void requireSame(Path file, JsonNode found, ObjectNode wanted) throws IOException {
        for (var field : List.of("generator", "version", "seed", "split", "config", "richness")) {
            if (!wanted.path(field).asText().equals(found.path(field).asText())) {
                throw new DatasetException(file + ": field \"" + field + "\" is "
                        + found.path(field) + ", this run has " + wanted.path(field)
                        + "; choose another folder or the same settings");
            }
        }
        if (found.path("videos").asInt() > wanted.path("videos").asInt()) {
            throw new DatasetException(file + ": the folder holds "
                    + found.path("videos").asInt() + " videos, this run asks for fewer ("
                    + wanted.path("videos").asInt() + "); choose another folder");
        }
    }
}
