package org.sola.catalogue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on loopback that gives one file, as well or as badly as a test wants. */
public final class FileServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private volatile byte[] content;
    private volatile String tag = "\"one\"";
    private volatile boolean knowsRanges = true;
    private volatile int breaksAfter = Integer.MAX_VALUE;
    private volatile int breaksLeft;
    private volatile int status;
    private volatile String redirect = "";
    private volatile String type = "application/octet-stream";

    public FileServer(byte[] content) throws IOException {
        this.content = content;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    public String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    FileServer content(byte[] other, String otherTag) {
        content = other;
        tag = otherTag;
        return this;
    }

    FileServer withoutRanges() {
        knowsRanges = false;
        return this;
    }

    /** The first {@code times} answers end after {@code bytes}. */
    FileServer breaking(int bytes, int times) {
        breaksAfter = bytes;
        breaksLeft = times;
        return this;
    }

    /** Answers so instead of with the file; 0 for the file. */
    FileServer status(int code) {
        status = code;
        return this;
    }

    FileServer type(String contentType) {
        type = contentType;
        return this;
    }

    /** Sends those who ask for anything but {@code /real/...} there. */
    FileServer redirecting(String target) {
        redirect = target;
        return this;
    }

    /** What was asked: "PATH RANGE", RANGE is empty where all was asked for. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String range = exchange.getRequestHeaders().getFirst("Range");
            requests.add(exchange.getRequestURI() + " " + (range == null ? "" : range));
            if (!redirect.isEmpty() && !exchange.getRequestURI().getPath().startsWith("/real/")) {
                exchange.getResponseHeaders().set("Location", redirect);
                exchange.sendResponseHeaders(302, -1);
                return;
            }
            if (status != 0) {
                exchange.sendResponseHeaders(status, -1);
                return;
            }
            give(exchange, range);
        }
    }

    private void give(HttpExchange exchange, String range) throws IOException {
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", type);
        if (!tag.isEmpty()) {
            headers.set("ETag", tag);
        }
        int from = 0;
        String condition = exchange.getRequestHeaders().getFirst("If-Range");
        boolean isSame = condition == null || condition.equals(tag);
        if (range != null && knowsRanges && isSame) {
            from = Integer.parseInt(range.replaceAll("\\D", ""));
            if (from >= content.length) {
                headers.set("Content-Range", "bytes */" + content.length);
                exchange.sendResponseHeaders(416, -1);
                return;
            }
            headers.set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
        boolean breaks = breaksLeft > 0;
        breaksLeft--;
        int to = breaks ? Math.min(content.length, from + breaksAfter) : content.length;
        exchange.getResponseBody().write(Arrays.copyOfRange(content, from, to));
        exchange.getResponseBody().flush();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
