package org.sola.catalogue;

import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How this machine reaches the web: directly or by a proxy, which Java's system properties or the environment name. */
final class Web {
    private static final Duration CONNECT = Duration.ofSeconds(30);

    private Web() {}

    static boolean isWeb(String text) {
        return text.startsWith("http://") || text.startsWith("https://");
    }

    /** A client that follows redirects, but never from https to http. */
    static HttpClient client(Map<String, String> environment) {
        var client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(CONNECT);
        if (isSetInJava()) {
            return client.proxy(ProxySelector.getDefault()).build();
        }
        var proxies = new EnvironmentProxies(environment);
        client.proxy(proxies);
        if (proxies.hasPassword()) {
            // Java refuses passwords for proxies of https unless told otherwise
            System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
            client.authenticator(proxies.authenticator());
        }
        return client.build();
    }

    private static boolean isSetInJava() {
        return System.getProperty("http.proxyHost") != null
                || System.getProperty("https.proxyHost") != null
                || Boolean.getBoolean("java.net.useSystemProxies");
    }

    /** {@code https_proxy}, {@code http_proxy}, {@code all_proxy} and {@code no_proxy}, in either case of letters. */
    static final class EnvironmentProxies extends ProxySelector {
        private final Map<String, String> environment;

        EnvironmentProxies(Map<String, String> environment) {
            this.environment = Map.copyOf(environment);
        }

        private String variable(String name) {
            String lower = environment.getOrDefault(name, "");
            return lower.isBlank() ? environment.getOrDefault(name.toUpperCase(Locale.ROOT), "") : lower;
        }

        private Optional<URI> proxyOf(String scheme) {
            for (String name : List.of(scheme + "_proxy", "all_proxy")) {
                String value = variable(name).strip();
                if (!value.isEmpty()) {
                    var address = URI.create(value.contains("://") ? value : "http://" + value);
                    if (address.getHost() == null || !address.getScheme().startsWith("http")) {
                        throw new IllegalArgumentException(
                                name + " is \"" + withoutPassword(value) + "\", expected http://HOST:PORT");
                    }
                    return Optional.of(address);
                }
            }
            return Optional.empty();
        }

        private static String withoutPassword(String value) {
            return value.replaceAll("//[^/@]*@", "//...@");
        }

        @Override
        public List<Proxy> select(URI uri) {
            String host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
            if (isLoopback(host) || isExcluded(host)) {
                return List.of(Proxy.NO_PROXY);
            }
            return proxyOf(uri.getScheme())
                    .map(proxy -> List.of(new Proxy(
                            Proxy.Type.HTTP,
                            InetSocketAddress.createUnresolved(
                                    proxy.getHost(), proxy.getPort() < 0 ? 80 : proxy.getPort()))))
                    .orElse(List.of(Proxy.NO_PROXY));
        }

        private static boolean isLoopback(String host) {
            return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
        }

        private boolean isExcluded(String host) {
            for (String entry : variable("no_proxy").toLowerCase(Locale.ROOT).split("[,\\s]+")) {
                String domain = entry.replaceFirst("^\\*?\\.", "").replaceFirst(":\\d+$", "");
                boolean isMeant = entry.equals("*")
                        || (!domain.isEmpty() && (host.equals(domain) || host.endsWith("." + domain)));
                if (isMeant) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, java.io.IOException failure) {
            // the request itself fails and says why
        }

        boolean hasPassword() {
            return List.of("https", "http").stream().anyMatch(scheme -> proxyOf(scheme)
                    .map(proxy -> proxy.getUserInfo() != null)
                    .orElse(false));
        }

        Authenticator authenticator() {
            return new Authenticator() {
                @Override
                protected PasswordAuthentication getPasswordAuthentication() {
                    if (getRequestorType() != RequestorType.PROXY) {
                        return null; // the JDK's way to say: none
                    }
                    for (String scheme : List.of("https", "http")) {
                        var proxy = proxyOf(scheme);
                        if (proxy.isPresent()
                                && proxy.get().getUserInfo() != null
                                && proxy.get().getHost().equalsIgnoreCase(getRequestingHost())) {
                            var parts = proxy.get().getUserInfo().split(":", 2);
                            return new PasswordAuthentication(
                                    parts[0], parts.length < 2 ? new char[0] : parts[1].toCharArray());
                        }
                    }
                    return null;
                }
            };
        }
    }
}
