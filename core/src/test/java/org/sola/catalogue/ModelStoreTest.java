package org.sola.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.config.ConfigException;

class ModelStoreTest {
    private static final Path HOME = Path.of(System.getProperty("user.home"));

    @TempDir
    private Path folder;

    @Test
    void theFolderIsTheNamedOneElseTheUsersCache() {
        assertEquals(Path.of("/data/sola"), ModelStore.defaultHome(Map.of("SOLA_HOME", "/data/sola"), "Linux"));
        assertEquals(HOME.resolve(".cache/sola"), ModelStore.defaultHome(Map.of(), "Linux"));
        assertEquals(HOME.resolve(".cache/sola"), ModelStore.defaultHome(Map.of("XDG_CACHE_HOME", "here"), "Linux"));
        assertEquals(Path.of("/c/sola"), ModelStore.defaultHome(Map.of("XDG_CACHE_HOME", "/c"), "Linux"));
        assertEquals(HOME.resolve("Library/Caches/sola"), ModelStore.defaultHome(Map.of(), "Mac OS X"));
        assertEquals(Path.of("/local/sola"), ModelStore.defaultHome(Map.of("LOCALAPPDATA", "/local"), "Windows 11"));
    }

    @Test
    void everyModelOfTheProjectsCatalogueHasAConfigurationThatExistsAndALicence() throws Exception {
        var home = Path.of(System.getProperty("sola.home"));
        var catalogue = Catalogue.read(home.resolve("checkpoints").resolve(Catalogue.FILE));
        for (var model : catalogue.models()) {
            assertTrue(!model.licence().isBlank() && !model.page().isBlank(), model.name());
            if (!model.config().isEmpty()) {
                var config = home.resolve("configs/models").resolve(model.config() + ".yaml");
                assertTrue(Files.isRegularFile(config), model.name() + ": " + config);
            }
        }
        assertEquals(
                "sam2.1_hiera_large.pt",
                catalogue.model("sam2.1-hiera-large").checkpoint().name());
        String message = assertThrows(IllegalArgumentException.class, () -> catalogue.model("sam2.1-hiera-larg"))
                .getMessage();
        assertTrue(message.contains("sam2.1-hiera-large"), message);
    }

    @Test
    void aWrongCatalogueIsAnErrorThatNamesTheKey() throws Exception {
        String sound =
                """
                models:
                  - name: net
                    what: a net
                    config: ""
                    licence: MIT
                    page: https://example.org
                    note: ""
                    files:
                      - name: net.pt
                        urls: [https://example.org/net.pt]
                        bytes: 12
                        exact: true
                        sha256: ""
                        md5: ""
                        stated: nobody
                """;
        var file = folder.resolve("catalogue.yaml");
        assertEquals("12 bytes", read(file, sound).model("net").checkpoint().size());
        assertWrong(file, sound.replace("net.pt]", "net.pt, ftp://example.org/net.pt]"), "no http or https address");
        assertWrong(file, sound.replace("name: net.pt", "name: ../net.pt"), "no plain name of a file");
        assertWrong(file, sound.replace("sha256: \"\"", "sha256: abc"), "64 lower-case hexadecimal digits");
        assertWrong(file, sound.replace("nobody", "authors"), "no hash is given");
        assertWrong(file, sound.replace("nobody", "somebody"), "one of authors, copies, nobody");
        assertWrong(file, sound.replace("licence: MIT", "license: MIT"), "unknown key");
        assertWrong(file, sound + sound.substring("models:\n".length()), "two models are called \"net\"");
    }

    private static Catalogue read(Path file, String yaml) throws Exception {
        Files.writeString(file, yaml);
        return Catalogue.read(file);
    }

    private static void assertWrong(Path file, String yaml, String expected) {
        String message =
                assertThrows(ConfigException.class, () -> read(file, yaml)).getMessage();
        assertTrue(message.contains(expected) && message.startsWith(file.toString()), message);
    }

    @Test
    void proxiesOfTheEnvironmentAreHeeded() {
        var proxies = new Web.EnvironmentProxies(
                Map.of("HTTPS_PROXY", "http://name:word@proxy.lan:3128", "no_proxy", ".inside.lan,10.0.0.7:80"));
        assertEquals("[HTTP @ proxy.lan/<unresolved>:3128]", proxy(proxies, "https://example.org/a"));
        assertEquals("[DIRECT]", proxy(proxies, "http://example.org/a"));
        assertEquals("[DIRECT]", proxy(proxies, "https://models.inside.lan/a"));
        assertEquals("[DIRECT]", proxy(proxies, "https://10.0.0.7/a"));
        assertEquals("[DIRECT]", proxy(proxies, "https://localhost:8443/a"));
        assertTrue(proxies.hasPassword());
        var all = new Web.EnvironmentProxies(Map.of("all_proxy", "proxy.lan:3128"));
        assertEquals("[HTTP @ proxy.lan/<unresolved>:3128]", proxy(all, "http://example.org/a"));
        var socks = new Web.EnvironmentProxies(Map.of("all_proxy", "socks5://name:word@proxy.lan:1080"));
        String message = assertThrows(IllegalArgumentException.class, () -> proxy(socks, "http://example.org"))
                .getMessage();
        assertTrue(message.contains("expected http://HOST:PORT") && !message.contains("word"), message);
    }

    private static String proxy(Web.EnvironmentProxies proxies, String url) {
        return proxies.select(URI.create(url)).toString();
    }
}
