package org.sola.pickle;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a pickle works on: a stack of values with marks, and a memo of values to come back to. */
final class PickleStack {
    private final List<Object> values = new ArrayList<>();
    private final Deque<Integer> marks = new ArrayDeque<>();
    private final Map<Integer, Object> memo = new HashMap<>();

    void push(Object value) {
        values.add(value);
    }

    void mark() {
        marks.push(values.size());
    }

    Object pop() {
        peek();
        return values.remove(values.size() - 1);
    }

    Object peek() {
        int floor = marks.isEmpty() ? 0 : marks.peek();
        if (values.size() <= floor) {
            throw new PickleException("takes a value where none is; the pickle is damaged");
        }
        return values.get(values.size() - 1);
    }

    /** The last {@code count} values, in order, taken off. */
    List<Object> pop(int count) {
        var taken = new Object[count];
        for (int i = count - 1; i >= 0; i--) {
            taken[i] = pop();
        }
        return List.of(taken);
    }

    /** The values since the last mark, in order, taken off with the mark. */
    List<Object> popToMark() {
        if (marks.isEmpty()) {
            throw new PickleException("goes back to a mark where none is; the pickle is damaged");
        }
        var since = values.subList(marks.pop(), values.size());
        var taken = List.copyOf(since);
        since.clear();
        return taken;
    }

    /** Takes off a value, or the mark when nothing lies above it. */
    void drop() {
        if (!marks.isEmpty() && marks.peek() == values.size()) {
            marks.pop();
        } else {
            pop();
        }
    }

    void memoise(int index) {
        memo.put(index, peek());
    }

    /** Under the next free index, as protocol 4 does. */
    void memoise() {
        memoise(memo.size());
    }

    void recall(int index) {
        var value = memo.get(index);
        if (value == null) {
            throw new PickleException("comes back to value " + Integer.toUnsignedString(index)
                    + ", which was not kept; the pickle is damaged");
        }
        push(value);
    }

    /** The one value that is left. */
    Object result() {
        var result = pop();
        if (!values.isEmpty() || !marks.isEmpty()) {
            throw new PickleException("ends with " + values.size() + " values left over; the pickle is damaged");
        }
        return result;
    }

    /** What a value is, for messages. */
    static String kind(Object value) {
        if (value instanceof Map<?, ?>) {
            return "dictionary";
        }
        if (value instanceof Set<?>) {
            return "set";
        }
        if (value instanceof List<?>) {
            return "list";
        }
        return value instanceof PickleFunction
                ? "function"
                : value.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    }
}
