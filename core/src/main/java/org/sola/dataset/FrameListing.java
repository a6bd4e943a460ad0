package org.sola.dataset;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Which of a video's files are there; one look at the folder, whatever the number of frames. */
final class FrameListing {
    private FrameListing() {}

    /** The videos whose files are all there, and all problems: the given ones and those found. */
    record Sound(List<ReferringVideo> videos, List<DatasetProblem> problems) {
        static Sound of(List<ReferringVideo> videos, List<DatasetProblem> problems) {
            var sound = new ArrayList<ReferringVideo>();
            var found = new ArrayList<>(problems);
            for (var video : videos) {
                var missing = missing(video);
                if (missing.isEmpty()) {
                    sound.add(video);
                } else {
                    found.add(new DatasetProblem(video.id(), "", missing.get()));
                }
            }
            return new Sound(List.copyOf(sound), List.copyOf(found));
        }
    }

    /** What is missing of the video's files, as a message. */
    static Optional<String> missing(ReferringVideo video) {
        if (video.isFile()) {
            return Files.isRegularFile(video.source()) ? Optional.empty() : Optional.of(video.source() + " is missing");
        }
        if (!Files.isDirectory(video.source())) {
            return Optional.of(video.source() + " is missing; expected a folder of frames");
        }
        var present = new HashSet<String>();
        try (var files = Files.newDirectoryStream(video.source())) {
            files.forEach(file -> present.add(file.getFileName().toString()));
        } catch (IOException | DirectoryIteratorException e) {
            return Optional.of(video.source() + " cannot be read: " + e.getMessage());
        }
        var missing = video.files().stream()
                .filter(file -> !present.contains(file.getFileName().toString()))
                .toList();
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(missing.get(0) + " is missing"
                        + (missing.size() > 1 ? ", and " + (missing.size() - 1) + " more frames" : ""));
    }
}
