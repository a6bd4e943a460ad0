package org.sola.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitCheckoutTest {
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    @TempDir
    private Path folder;

    private void put(String file, String content) throws IOException {
        var path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    private Optional<String> commit() throws IOException {
        return GitCheckout.commit(folder);
    }

    @Test
    void aBranchNamesItsCommit() throws IOException {
        put(".git/HEAD", "ref: refs/heads/main\n");
        put(".git/refs/heads/main", COMMIT + "\n");
        assertEquals(Optional.of(COMMIT), commit());
    }

    @Test
    void aBranchMayBePacked() throws IOException {
        put(".git/HEAD", "ref: refs/heads/main\n");
        put(
                ".git/packed-refs",
                "# pack-refs with: peeled\n" + "f".repeat(40) + " refs/heads/other/refs/heads/main2\n" + COMMIT
                        + " refs/heads/main\n^" + "e".repeat(40) + "\n");
        assertEquals(Optional.of(COMMIT), commit());
    }

    @Test
    void aCommitMayBeCheckedOutByItself() throws IOException {
        put(".git/HEAD", COMMIT + "\n");
        assertEquals(Optional.of(COMMIT), commit());
    }

    @Test
    void aFurtherWorkingTreeSharesTheBranches() throws IOException {
        put("main/.git/worktrees/second/HEAD", "ref: refs/heads/second\n");
        put("main/.git/worktrees/second/commondir", "../..\n");
        put("main/.git/refs/heads/second", COMMIT + "\n");
        put(".git", "gitdir: " + folder.resolve("main/.git/worktrees/second") + "\n");
        assertEquals(Optional.of(COMMIT), commit());
    }

    @Test
    void whatIsNoCheckoutOrHasNoCommitYetHasNone() throws IOException {
        assertEquals(Optional.empty(), commit());
        put(".git/HEAD", "ref: refs/heads/main\n");
        assertEquals(Optional.empty(), commit());
        put(".git/HEAD", "something else\n");
        assertEquals(Optional.empty(), commit());
    }
}
