package org.sola.pickle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class UnpicklerTest {
    /** Nothing but what plain containers need. */
    private static final PickleNames NOTHING = new PickleNames() {
        @Override
        public Optional<Object> global(String name) {
            return Optional.empty();
        }

        @Override
        public Object external(Object id) {
            throw new PickleException("names something outside");
        }
    };

    private static Object read(byte[] pickle) {
        return Unpickler.read(ByteBuffer.wrap(pickle), NOTHING);
    }

    private static PickleWriter writer() {
        return new PickleWriter();
    }

    private static String refusal(byte[] pickle) {
        return assertThrows(PickleException.class, () -> read(pickle)).getMessage();
    }

    private static void refused(String expected, PickleWriter pickle) {
        String message = refusal(pickle.end());
        assertTrue(message.contains(expected), message);
        assertTrue(message.startsWith("byte "), message);
    }

    @Provide
    Arbitrary<Object> values() {
        Arbitrary<Object> key = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(8),
                Arbitraries.longs(),
                Arbitraries.of(true, false, None.NONE),
                Arbitraries.doubles());
        Arbitrary<Object> leaf =
                Arbitraries.oneOf(key, Arbitraries.bigIntegers().map(UnpicklerTest::number));
        return Arbitraries.recursive(
                () -> leaf,
                inner -> Arbitraries.oneOf(
                        inner.list().ofMaxSize(4).map(list -> list),
                        inner.list().ofMaxSize(5).map(Tuple::new),
                        key.set().ofMaxSize(4).map(set -> set),
                        Arbitraries.maps(key, inner).ofMaxSize(4).map(map -> map)),
                0,
                4);
    }

    private static Object number(BigInteger value) {
        if (value.bitLength() < Long.SIZE) {
            return value.longValue();
        }
        return value;
    }

    @Property(tries = 300)
    void valuesComeBackAsTheyWereWritten(@ForAll("values") Object value) {
        assertEquals(value, read(writer().value(value).end()));
    }

    @Property(tries = 100)
    void aPickleCutAnywhereIsRefused(@ForAll("values") Object value) {
        byte[] pickle = writer().value(value).end();
        for (int length = 0; length < pickle.length; length++) {
            byte[] cut = Arrays.copyOf(pickle, length);
            assertThrows(PickleException.class, () -> read(cut));
        }
    }

    @Test
    void containersKeepTheOrderOfTheFile() {
        var map = new LinkedHashMap<Object, Object>();
        for (long i = 20; i > 0; i--) {
            map.put("key" + i, i);
        }
        var read = (Map<?, ?>) read(writer().value(map).end());
        assertEquals(new ArrayList<>(map.keySet()), new ArrayList<>(read.keySet()));
    }

    @Test
    void opcodesOfProtocolFourAreRead() {
        byte[] pickle = {
            (byte) 0x80,
            4,
            (byte) 0x95,
            9,
            0,
            0,
            0,
            0,
            0,
            0,
            0, // frame
            '}',
            (byte) 0x94, // memoised as 0
            (byte) 0x8C,
            1,
            'a',
            (byte) 0x94, // short text, memoised as 1
            (byte) 0x8F,
            '(',
            'K',
            7,
            'h',
            1,
            (byte) 0x90, // a set
            's',
            '.'
        };
        assertEquals(Map.of("a", Set.of(7L, "a")), read(pickle));
    }

    @Test
    void valuesAreSharedThroughTheMemo() {
        var pickle = writer().raw(']', 'q', 0, '(', 'K', 1, 'K', 2, 'e', 'h', 0, 0x86)
                .end();
        var tuple = (Tuple) read(pickle);
        assertEquals(List.of(1L, 2L), tuple.items().get(0));
        assertTrue(tuple.items().get(0) == tuple.items().get(1));
    }

    @Test
    void bytesOfProtocolTwoAreRead() {
        var pickle = writer().global("_codecs", "encode")
                .value("\u0000\u00ff")
                .value("latin1")
                .raw(0x86, 'R');
        assertArrayEquals(new byte[] {0, -1}, ((Bytes) read(pickle.end())).toArray());
        refused(
                "_codecs.encode",
                writer().global("_codecs", "encode").value("x").value("rot13").raw(0x86, 'R'));
    }

    @Test
    void attributesOfADictionaryAreDropped() {
        var pickle = writer().global("collections", "OrderedDict")
                .raw(')', 'R')
                .value(Map.of("_metadata", 1L))
                .raw('b');
        assertEquals(Map.of(), read(pickle.end()));
    }

    @Test
    void aGlobalIsRefusedByNameAtItsByte() {
        var pickle = writer().global("os", "system").value("touch x").raw(0x85, 'R');
        assertTrue(refusal(pickle.end()).startsWith("byte 2: names os.system, which is neither a tensor nor a plain"));
        refused("names builtins.eval", writer().global("__builtin__", "eval"));
        refused("names os.system", writer().value("os").value("system").raw(0x93));
        var inst = new PickleWriter().raw('(', 'i', 'o', 's', '\n', 'p', 'o', 'p', 'e', 'n', '\n');
        refused("names os.popen", inst);
    }

    @Test
    void aNameCannotSteerATerminal() {
        var message = refusal(writer().value("os\u001b[2J").value("x").raw(0x93).end());
        assertTrue(message.contains("os?[2J.x"), message);
    }

    @Test
    void calledDataIsRefused() {
        refused("calls a string (os.system)", writer().value("os.system").raw(')', 'R'));
        refused("calls a dictionary", writer().raw('}', ')', 0x81));
        refused("a dictionary", writer().global("collections", "OrderedDict").raw('}', 'R'));
    }

    @Test
    void stateIsSetOnDictionariesOnly() {
        refused(
                "sets the state of a function",
                writer().global("collections", "OrderedDict").raw('}', 'b'));
    }

    @Test
    void opcodesThatMakeObjectsAreRefused() {
        refused("OBJ", writer().raw('(', 'o'));
        refused("NEWOBJ_EX", writer().raw(0x92));
        refused("EXT", writer().raw(0x82, 1));
        refused("protocol 0", writer().raw('I', '0', '1', '\n'));
        refused("unknown", writer().raw(0xFF));
        refused("protocol 9", new PickleWriter().raw(0x80, 9));
    }

    @Test
    void aDamagedStackIsRefused() {
        refused("where none is", writer().raw('0'));
        refused("mark", writer().raw('t'));
        refused("left over", writer().raw('N', 'N'));
        refused("not kept", writer().raw('h', 3));
        refused("without a value", writer().raw('}', '(', 'K', 1, 'u'));
        refused("appends to a tuple", writer().raw(')', 'N', 'a'));
        refused("entry of a list", writer().raw(']', 'K', 1, 'N', 's'));
        refused("adds to a list", writer().raw(']', '(', 'N', 0x90));
    }

    @Test
    void containersAreNoKeys() {
        refused("a list is the key", writer().raw('}', ']', 'N', 's'));
        refused("a tuple is the key", writer().raw('}', ')', 'N', 's'));
    }

    @Test
    void announcedLengthsTakeNoMemory() {
        refused("4294967295 bytes are announced", writer().raw('X').int4(-1));
        refused("the pickle ends here", writer().raw('T').int4(-1));
        refused("the pickle ends here", writer().raw(0x8D).int4(-1).int4(0x7FFFFFFF));
        refused("a number has", writer().raw(0x8B).int4(0x7FFFFFFF));
    }

    @Test
    void stepsAreBounded() {
        byte[] pickle = new byte[3_000_000];
        Arrays.fill(pickle, (byte) ']');
        assertTrue(refusal(pickle).contains("more than 2000000 steps"));
    }

    @Test
    void copiesByCallsAreBounded() {
        var pickle = writer().raw(']', 'q', 0, '(');
        for (int i = 0; i < 100_000; i++) {
            pickle.raw('K', i % 256);
        }
        pickle.raw('e', 0x85, 'q', 1, '(');
        for (int i = 0; i < 100_000; i++) {
            pickle.global("__builtin__", "set").raw('h', 1, 'R');
        }
        assertTrue(refusal(pickle.end()).contains("by calls"));
    }

    @Test
    void aLongNameIsDamage() {
        byte[] pickle = ("c" + "x".repeat(400) + "\n").getBytes(StandardCharsets.UTF_8);
        assertTrue(refusal(pickle).contains("longer than 256"));
    }
}
