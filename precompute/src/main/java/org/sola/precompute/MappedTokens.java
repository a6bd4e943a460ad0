package org.sola.precompute;

import org.sola.tensor.MappedFloats;

/**
 * The object tokens of a video as they lie in its cache, mapped: only what is read of them comes into memory. N tracks, T
 * frames, D channels.
 */
public final class MappedTokens implements AutoCloseable {
    private final MappedFloats values;
    private final CacheManifest manifest;

    MappedTokens(MappedFloats values, CacheManifest manifest) {
        this.values = values;
        this.manifest = manifest;
    }

    /**
     * Copies a run of frames of the track in row {@code row}: {@code frames} times D numbers.
     *
     * @param row 0 to N - 1
     * @param target where they go, from {@code offset} on
     */
    public void read(int row, int firstFrame, int frames, float[] target, int offset) {
        if (row < 0 || row >= manifest.tracks() || firstFrame < 0 || firstFrame + frames > manifest.frames()) {
            throw new IndexOutOfBoundsException("frames " + firstFrame + " to " + (firstFrame + frames) + " of track "
                    + row + "; video " + manifest.video() + " has " + manifest.tracks() + " tracks of "
                    + manifest.frames() + " frames");
        }
        int width = manifest.tokenDim();
        values.read((row * manifest.frames() + firstFrame) * width, target, offset, frames * width);
    }

    @Override
    public void close() {
        values.close();
    }
}
