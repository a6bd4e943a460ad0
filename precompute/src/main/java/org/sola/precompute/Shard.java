package org.sola.precompute;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * One of several processes that share a data set: it takes every {@code count}-th video, beginning with {@code index}.
 *
 * @param index from 0 to {@code count} - 1
 * @param count number of processes
 */
public record Shard(int index, int count) {
    /** A single process that takes everything. */
    public static final Shard ALL = new Shard(0, 1);

    private static final Pattern TEXT = Pattern.compile("(\\d{1,6})/(\\d{1,6})");

    public Shard {
        if (count < 1 || index < 0 || index >= count) {
            throw new IllegalArgumentException(
                    "shard " + index + "/" + count + ": the index goes from 0 to one less than the count");
        }
    }

    /** Reads {@code i/n}, i from 0. */
    public static Shard parse(String text) {
        var matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("shard \"" + text + "\": expected i/n such as 0/4");
        }
        return new Shard(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    /** This process's part of a list. */
    public <T> List<T> of(List<T> all) {
        return IntStream.range(0, all.size())
                .filter(i -> i % count == index)
                .mapToObj(all::get)
                .toList();
    }
}
