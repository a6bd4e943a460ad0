package org.sola.catalogue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Brings the content of an address into a {@link PartFile}, and goes on where an earlier attempt stopped when the server
 * still has the same version (Range with If-Range). What breaks off is tried again; a refusal (404 and the like) and a
 * disk that is full are not.
 */
final class Download {
    private static final Pattern RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+|\\*)");
    private static final Pattern NO_RANGE = Pattern.compile("bytes \\*/(\\d+)");
    private static final int BUFFER_BYTES = 1 << 16;

    private final HttpClient client;
    private final Limits limits;
    private final Disk disk;
    private final FetchListener listener;

    Download(HttpClient client, Limits limits, Disk disk, FetchListener listener) {
        this.client = client;
        this.limits = limits;
        this.disk = disk;
        this.listener = listener;
    }

    /**
     * When to give up.
     *
     * @param attempts in a row that bring nothing new
     * @param pause before the second attempt; doubles from one to the next
     * @param silence how long a server may send nothing
     */
    record Limits(int attempts, Duration pause, Duration silence) {
        static final Limits USUAL = new Limits(5, Duration.ofSeconds(1), Duration.ofSeconds(60));
    }

    /** The disk as far as a download sees it, so that a test can fill it. */
    interface Disk {
        WritableByteChannel open(PartFile part, boolean isAppended) throws IOException;

        long freeBytes(Path folder) throws IOException;

        Disk REAL = new Disk() {
            @Override
            public WritableByteChannel open(PartFile part, boolean isAppended) throws IOException {
                return part.open(isAppended);
            }

            @Override
            public long freeBytes(Path folder) throws IOException {
                return Files.getFileStore(folder).getUsableSpace();
            }
        };
    }

    /** The server will not give the file, or gives another one: asking again would not help. */
    static final class RefusedException extends IOException {
        RefusedException(String message) {
            super(message);
        }
    }

    /** Something went wrong that another attempt may get right. */
    static final class TroubleException extends IOException {
        TroubleException(String message) {
            super(message);
        }
    }

    /** The file cannot be written: another address would not help. */
    static final class DiskException extends IOException {
        DiskException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Fills {@code part} with all of {@code file}. */
    void fetch(URI url, PartFile part, PublishedFile file) throws IOException, InterruptedException {
        if (file.exact() && part.size() == file.bytes()) {
            return; // all was there when the program was stopped
        }
        int failures = 0;
        while (true) {
            long before = part.size();
            try {
                attempt(url, part, file);
                return;
            } catch (RefusedException | DiskException e) {
                throw e;
            } catch (IOException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("stopped in the middle of " + file.name());
                }
                failures = part.size() > before ? 1 : failures + 1;
                if (failures >= limits.attempts()) {
                    throw new IOException(
                            Reasons.of(e) + " (" + limits.attempts() + " attempts, " + Sizes.of(part.size())
                                    + " are kept)",
                            e);
                }
                var pause = limits.pause().multipliedBy(1L << (failures - 1));
                listener.remark(file.name() + ": " + Reasons.of(e) + "; trying again in " + pause.toSeconds() + " s");
                Thread.sleep(pause.toMillis());
            }
        }
    }

    private void attempt(URI url, PartFile part, PublishedFile file) throws IOException, InterruptedException {
        long have = part.size();
        var source = part.source();
        // without a validator only a known hash can tell that the two pieces are of one version
        boolean goesOn = have > 0
                && source.url().equals(url.toString())
                && !(source.validator().isEmpty() && file.sha256().isEmpty());
        var request = HttpRequest.newBuilder(url)
                .timeout(limits.silence())
                .header("Accept-Encoding", "identity")
                .header("User-Agent", "sola");
        if (goesOn) {
            request.header("Range", "bytes=" + have + "-");
            if (!source.validator().isEmpty()) {
                request.header("If-Range", source.validator());
            }
        }
        var response = client.send(request.build(), BodyHandlers.ofInputStream());
        try (var body = response.body()) {
            take(url, response, body, part, file, goesOn ? have : 0);
        }
    }

    private void take(
            URI url, HttpResponse<InputStream> response, InputStream body, PartFile part, PublishedFile file, long have)
            throws IOException {
        var headers = response.headers();
        long from = 0;
        long total = headers.firstValueAsLong("Content-Length").orElse(-1);
        switch (response.statusCode()) {
            case 200 -> {
                requireNoPage(headers);
                if (have > 0) {
                    listener.remark(file.name()
                            + ": the server does not go on in the middle or has another version; from the beginning");
                }
            }
            case 206 -> {
                var range = RANGE.matcher(headers.firstValue("Content-Range").orElse(""));
                if (!range.matches() || Long.parseLong(range.group(1)) != have) {
                    part.discard();
                    throw new TroubleException("the server answers with another part than was asked for");
                }
                from = have;
                total = range.group(2).equals("*") ? -1 : Long.parseLong(range.group(2));
            }
            case 416 -> {
                var size = NO_RANGE.matcher(headers.firstValue("Content-Range").orElse(""));
                if (size.matches() && Long.parseLong(size.group(1)) == have) {
                    return; // the part is the whole
                }
                part.discard();
                throw new TroubleException("the server's file is shorter than what is here; from the beginning");
            }
            case 408, 425, 429, 500, 502, 503, 504 ->
                throw new TroubleException("the server answers " + response.statusCode());
            default -> throw new RefusedException(Reasons.ofStatus(response.statusCode()));
        }
        if (file.exact() && total >= 0 && total != file.bytes()) {
            throw new RefusedException("the server has " + total + " bytes, the catalogue says " + file.bytes());
        }
        requireSpace(part, file, (total >= 0 ? total : file.bytes()) - from);
        if (from == 0) {
            part.discard();
            part.setSource(new PartFile.Source(url.toString(), validator(headers)));
        }
        copy(body, part, from, total);
    }

    private static void requireNoPage(HttpHeaders headers) throws RefusedException {
        if (headers.firstValue("Content-Type").orElse("").startsWith("text/html")) {
            throw new RefusedException("the server answers with a web page, not with the file");
        }
    }

    /** A weak entity tag does not promise the same bytes. */
    private static String validator(HttpHeaders headers) {
        return headers.firstValue("ETag")
                .filter(tag -> !tag.startsWith("W/"))
                .or(() -> headers.firstValue("Last-Modified"))
                .orElse("");
    }

    private void requireSpace(PartFile part, PublishedFile file, long bytes) throws IOException {
        var folder = part.path().toAbsolutePath().getParent();
        long free = disk.freeBytes(folder);
        if (free < bytes) {
            throw new DiskException(
                    file.name() + " needs " + Sizes.of(bytes) + " more, " + folder + " has " + Sizes.of(free)
                            + " free; make room, or let " + ModelStore.VARIABLE + " or --out name another folder",
                    null);
        }
    }

    private void copy(InputStream body, PartFile part, long from, long total) throws IOException {
        var buffer = new byte[BUFFER_BYTES];
        long done = from;
        listener.arrived(done, Math.max(total, 0));
        try (var watch = SilenceWatch.over(body, limits.silence());
                var channel = open(part, from > 0)) {
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                watch.heard();
                write(channel, ByteBuffer.wrap(buffer, 0, n), part);
                done += n;
                listener.arrived(done, Math.max(total, 0));
                if (Thread.currentThread().isInterrupted()) {
                    throw new IOException("stopped");
                }
            }
        }
        if (total >= 0 && done != total) {
            throw new TroubleException("the transfer broke off after " + done + " of " + total + " bytes");
        }
    }

    private WritableByteChannel open(PartFile part, boolean isAppended) throws DiskException {
        try {
            return disk.open(part, isAppended);
        } catch (IOException e) {
            throw unwritable(part, e);
        }
    }

    private static void write(WritableByteChannel channel, ByteBuffer bytes, PartFile part) throws DiskException {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (java.nio.channels.ClosedByInterruptException e) {
            Thread.currentThread().interrupt();
            throw unwritable(part, e);
        } catch (IOException e) {
            throw unwritable(part, e);
        }
    }

    private static DiskException unwritable(PartFile part, IOException e) {
        return new DiskException(
                "cannot write " + part.path() + ": " + e.getMessage()
                        + "; what has come is kept, the same command goes on from there",
                e);
    }
}
