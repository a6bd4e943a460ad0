package org.sola.precompute;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What a cache holds; the figures of {@code sola cache info --json}.
 *
 * @param videos videos with a manifest
 * @param tracks tracks of all of them
 * @param frames frames of all of them
 * @param bytesTokens size of the files of tokens
 * @param bytesMasks size of the files of masks
 * @param fingerprints short names of what made the videos; one in a sound cache
 * @param encoderCalls frames that went through the image encoder
 * @param seconds wall time, as far as the log knows
 * @param peakResidentBytes most resident memory of any video, as far as the log knows; 0 when it does not
 */
public record CacheInfo(
        int videos,
        long tracks,
        long frames,
        long bytesTokens,
        long bytesMasks,
        List<String> fingerprints,
        long encoderCalls,
        double seconds,
        long peakResidentBytes) {

    /** Adds up the manifests and the log of a cache. */
    public static CacheInfo of(TokenCache cache) throws IOException {
        return of(cache, cache.videoIds());
    }

    /** Adds up some of its videos, each of which it holds. */
    public static CacheInfo of(TokenCache cache, List<String> ids) throws IOException {
        long tracks = 0;
        long frames = 0;
        long bytesTokens = 0;
        long bytesMasks = 0;
        long encoderCalls = 0;
        double seconds = 0;
        long peak = 0;
        var fingerprints = new TreeSet<String>();
        var log = cache.log().read();
        for (var id : ids) {
            var manifest = cache.manifest(id);
            tracks += manifest.tracks();
            frames += manifest.frames();
            bytesTokens += manifest.tokens().bytes();
            bytesMasks += manifest.masks().bytes();
            encoderCalls += manifest.origin().encoderCalls();
            fingerprints.add(manifest.fingerprint().digest());
            var entry = log.get(id);
            if (entry != null) {
                seconds += entry.cost().seconds();
                peak = Math.max(peak, entry.peakResidentBytes());
            }
        }
        return new CacheInfo(
                ids.size(),
                tracks,
                frames,
                bytesTokens,
                bytesMasks,
                List.copyOf(fingerprints),
                encoderCalls,
                seconds,
                peak);
    }

    /** The JSON document's fields in order, ready for an object mapper. */
    public Map<String, Object> toJson() {
        var json = new LinkedHashMap<String, Object>();
        json.put("videos", videos);
        json.put("tracks", tracks);
        json.put("frames", frames);
        json.put("bytes", bytesTokens + bytesMasks);
        json.put("bytes_tokens", bytesTokens);
        json.put("bytes_masks", bytesMasks);
        json.put("fingerprint", String.join(",", fingerprints));
        json.put("encoder_calls", encoderCalls);
        json.put("seconds", seconds);
        json.put("peak_rss", peakResidentBytes);
        return json;
    }
}
