package org.sola.pickle;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a pickle of protocol 2 to 5 as data. Values become Java's: text {@link String}, whole numbers {@link Long} or
 * {@link java.math.BigInteger}, {@link Double}, {@link Boolean}, {@link None}, {@link Bytes}, {@link List}, {@link
 * Tuple}, {@link Map} and {@link Set}, containers in the order of the file.
 *
 * <p>A pickle is a program that may name any function of Python and call it. This reader knows the opcodes that build
 * values; of functions it knows those that the caller's {@link PickleNames} allows and four for plain containers. The
 * first other name or opcode ends the reading with a {@link PickleException} that tells it and its byte. Lengths are
 * checked before memory is taken, and the number of operations is bounded, so that the work is too.
 *
 * <p>Source of the opcodes: CPython's {@code pickletools}.
 */
public final class Unpickler {
    /** Some sixty thousand tensors; each takes about thirty operations. */
    private static final int MAX_OPERATIONS = 2_000_000;

    private final PickleInput in;
    private final PickleNames names;
    private final PickleStack stack = new PickleStack();
    private long called;

    private Unpickler(PickleInput in, PickleNames names) {
        this.in = in;
        this.names = names;
    }

    /**
     * Reads the pickle that starts at the position of {@code data}, which is left behind its end.
     *
     * @throws PickleException if it is damaged or asks for something that {@code names} does not allow
     */
    public static Object read(ByteBuffer data, PickleNames names) {
        return new Unpickler(new PickleInput(data), names).read();
    }

    private Object read() {
        for (int operation = 0; operation < MAX_OPERATIONS; operation++) {
            int at = in.position();
            int opcode = in.u1();
            try {
                if (opcode == '.') {
                    return stack.result();
                }
                if (!isValue(opcode) && !isContainer(opcode) && !isMemory(opcode) && !isNamed(opcode)) {
                    throw new PickleException(refusal(opcode));
                }
            } catch (PickleException e) {
                throw e.getMessage().startsWith("byte ") ? e : new PickleException(at, e.getMessage());
            }
        }
        throw new PickleException(
                in.position(), "the pickle has more than " + MAX_OPERATIONS + " steps; no checkpoint needs as many");
    }

    /** Numbers, text and bytes. */
    private boolean isValue(int opcode) {
        switch (opcode) {
            case 'N' -> stack.push(None.NONE);
            case 0x88 -> stack.push(true);
            case 0x89 -> stack.push(false);
            case 'K' -> stack.push((long) in.u1());
            case 'M' -> stack.push((long) in.u2());
            case 'J' -> stack.push((long) in.i4());
            case 0x8A -> stack.push(in.number(in.u1()));
            case 0x8B -> stack.push(in.number(in.i4()));
            case 'G' -> stack.push(in.bigEndianDouble());
            case 'X' -> stack.push(in.text(Integer.toUnsignedLong(in.i4())));
            case 0x8C, 'U' -> stack.push(in.text(in.u1())); // U and T are Python 2's text
            case 0x8D -> stack.push(in.text(in.i8()));
            case 'T' -> stack.push(in.text(in.i4()));
            case 'C' -> stack.push(new Bytes(in.bytes(in.u1())));
            case 'B' -> stack.push(new Bytes(in.bytes(Integer.toUnsignedLong(in.i4()))));
            case 0x8E, 0x96 -> stack.push(new Bytes(in.bytes(in.i8())));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean isContainer(int opcode) {
        switch (opcode) {
            case '}' -> stack.push(new LinkedHashMap<>());
            case ']' -> stack.push(new ArrayList<>());
            case ')' -> stack.push(new Tuple(List.of()));
            case 0x8F -> stack.push(new LinkedHashSet<>());
            case 0x85 -> stack.push(new Tuple(stack.pop(1)));
            case 0x86 -> stack.push(new Tuple(stack.pop(2)));
            case 0x87 -> stack.push(new Tuple(stack.pop(3)));
            case 't' -> stack.push(new Tuple(stack.popToMark()));
            case 'l' -> stack.push(new ArrayList<>(stack.popToMark()));
            case 'd' -> put(new LinkedHashMap<>(), stack.popToMark(), true);
            case 0x91 -> {
                var items = stack.popToMark();
                stack.push(new LinkedHashSet<>());
                add(items);
            }
            case 'a' -> append(stack.pop(1));
            case 'e' -> append(stack.popToMark());
            case 's' -> put(stack.pop(2));
            case 'u' -> put(stack.popToMark());
            case 0x90 -> add(stack.popToMark());
            default -> {
                return false;
            }
        }
        return true;
    }

    private void append(List<Object> items) {
        if (!(stack.peek() instanceof List<?> list)) {
            throw new PickleException("appends to a " + PickleStack.kind(stack.peek()));
        }
        asObjects(list).addAll(items);
    }

    private void add(List<Object> items) {
        if (!(stack.peek() instanceof LinkedHashSet<?> set)) {
            throw new PickleException("adds to a " + PickleStack.kind(stack.peek()));
        }
        @SuppressWarnings("unchecked") // sets of this class are made here, of objects
        var objects = (Set<Object>) set;
        items.forEach(item -> objects.add(PlainFunctions.key(item)));
    }

    private void put(List<Object> keysAndValues) {
        if (!(stack.peek() instanceof Map<?, ?> map)) {
            throw new PickleException("sets an entry of a " + PickleStack.kind(stack.peek()));
        }
        @SuppressWarnings("unchecked") // maps are made here, of objects
        var objects = (Map<Object, Object>) map;
        put(objects, keysAndValues, false);
    }

    private void put(Map<Object, Object> map, List<Object> keysAndValues, boolean isNew) {
        if (keysAndValues.size() % 2 != 0) {
            throw new PickleException("sets an entry without a value; the pickle is damaged");
        }
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            map.put(PlainFunctions.key(keysAndValues.get(i)), keysAndValues.get(i + 1));
        }
        if (isNew) {
            stack.push(map);
        }
    }

    @SuppressWarnings("unchecked") // lists are made here, of objects
    private static List<Object> asObjects(List<?> list) {
        return (List<Object>) list;
    }

    /** Protocol, marks and memo. */
    private boolean isMemory(int opcode) {
        switch (opcode) {
            case 0x80 -> {
                int protocol = in.u1();
                if (protocol > 5) {
                    throw new PickleException("is of pickle protocol " + protocol + "; 5 is the newest known here");
                }
            }
            case 0x95 -> in.i8(); // the length of a frame: the opcodes within tell their own
            case '(' -> stack.mark();
            case '0' -> stack.drop();
            case '1' -> stack.popToMark();
            case '2' -> stack.push(stack.peek());
            case 'q' -> stack.memoise(in.u1());
            case 'r' -> stack.memoise(in.i4());
            case 0x94 -> stack.memoise();
            case 'h' -> stack.recall(in.u1());
            case 'j' -> stack.recall(in.i4());
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Globals, calls and what lies outside of the pickle. */
    private boolean isNamed(int opcode) {
        switch (opcode) {
            case 'c' -> stack.push(global(in.line(), in.line()));
            case 0x93 -> {
                var name = stack.pop();
                var module = stack.pop();
                if (!(name instanceof String n && module instanceof String m)) {
                    throw new PickleException("names a global by a " + PickleStack.kind(name));
                }
                stack.push(global(m, n));
            }
            case 'i' -> throw new PickleException(refused(in.line(), in.line()));
            case 'R', 0x81 -> {
                var arguments = stack.pop();
                var function = stack.pop();
                if (!(function instanceof PickleFunction allowed)) {
                    throw new PickleException("calls a " + PickleStack.kind(function) + " (" + abridged(function)
                            + "), which is no function; the file is damaged or not to be trusted");
                }
                if (!(arguments instanceof Tuple tuple)) {
                    throw new PickleException("calls a function with a " + PickleStack.kind(arguments));
                }
                charge(tuple);
                stack.push(allowed.call(tuple));
            }
            case 'b' -> {
                var state = stack.pop();
                if (stack.peek() instanceof Attributes object) {
                    object.set(state);
                    return true;
                }
                if (!(stack.peek() instanceof Map<?, ?>)) {
                    throw new PickleException("sets the state of a " + PickleStack.kind(stack.peek()) + " by a "
                            + PickleStack.kind(state) + "; only dictionaries carry attributes in a checkpoint");
                }
                // the attributes of a dictionary, such as a module's _metadata: nothing here reads them
            }
            case 'Q' -> stack.push(names.external(stack.pop()));
            default -> {
                return false;
            }
        }
        return true;
    }

    /** A call copies its argument: one large list, copied by many calls, must not fill the memory. */
    private void charge(Tuple arguments) {
        for (var argument : arguments.items()) {
            called += argument instanceof List<?> list ? 32L * list.size() : 0;
            called += argument instanceof String text ? text.length() : 0;
        }
        if (called > PickleInput.MAX_BYTES) {
            throw new PickleException(
                    "copies more than " + PickleInput.MAX_BYTES + " bytes by calls; no checkpoint needs as many");
        }
    }

    private Object global(String module, String name) {
        String full = python3(module) + "." + name;
        PickleFunction plain = PlainFunctions.ALL.get(full);
        return plain != null ? plain : names.global(full).orElseThrow(() -> new PickleException(refused(module, name)));
    }

    private static String python3(String module) {
        return module.equals("__builtin__") ? "builtins" : module;
    }

    private static String refused(String module, String name) {
        return "names " + abridged(python3(module) + "." + name)
                + ", which is neither a tensor nor a plain container; it was"
                + " refused and nothing of the file was run";
    }

    private static String abridged(Object value) {
        String text = value instanceof String || value instanceof Number || value instanceof Enum<?>
                ? value.toString()
                : PickleStack.kind(value);
        String printable = text.replaceAll("\\p{Cntrl}", "?"); // a message must not steer a terminal
        return printable.length() > 100 ? printable.substring(0, 100) + "..." : printable;
    }

    private static String refusal(int opcode) {
        String name =
                switch (opcode) {
                    case 'o' -> "OBJ, which makes an object of a class";
                    case 0x92 -> "NEWOBJ_EX, which makes an object of a class";
                    case 0x82, 0x83, 0x84 -> "EXT, which names a registered function";
                    case 'P' -> "PERSID, which names an object by text";
                    case 'g', 'p', 'I', 'L', 'F', 'V', 'S' -> "one of protocol 0, in which no checkpoint is written";
                    default -> "unknown; the file is damaged";
                };
        return String.format(java.util.Locale.ROOT, "opcode 0x%02X is %s; it was refused", opcode, name);
    }
}
