package org.sola.tensor;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** The element types that checkpoints use, with their safetensors names. */
public enum ElementType {
    FLOAT64("F64", 8),
    FLOAT32("F32", 4),
    FLOAT16("F16", 2),
    BFLOAT16("BF16", 2),
    INT64("I64", 8),
    INT32("I32", 4),
    INT16("I16", 2),
    INT8("I8", 1),
    UINT8("U8", 1),
    BOOL("BOOL", 1);

    private final String safetensorsName;
    private final int bytes;

    ElementType(String safetensorsName, int bytes) {
        this.safetensorsName = safetensorsName;
        this.bytes = bytes;
    }

    /** Size of an element. */
    public int bytes() {
        return bytes;
    }

    /** The name in a safetensors header. */
    public String safetensorsName() {
        return safetensorsName;
    }

    static Optional<ElementType> ofSafetensors(String name) {
        return Arrays.stream(values())
                .filter(t -> t.safetensorsName.equals(name))
                .findFirst();
    }

    /** Reads {@code n} little-endian elements from the start of {@code data} as floats. */
    float[] toFloats(ByteBuffer data, int n) {
        var values = new float[n];
        switch (this) {
            case FLOAT32 -> data.asFloatBuffer().get(values);
            case FLOAT64 -> fill(values, i -> (float) data.getDouble(8 * i));
            case FLOAT16 -> fill(values, i -> halfToFloat(data.getShort(2 * i)));
            case BFLOAT16 -> fill(values, i -> Float.intBitsToFloat(data.getShort(2 * i) << 16));
            case INT64 -> fill(values, i -> data.getLong(8 * i));
            case INT32 -> fill(values, i -> data.getInt(4 * i));
            case INT16 -> fill(values, i -> data.getShort(2 * i));
            case INT8 -> fill(values, i -> data.get(i));
            case UINT8, BOOL -> fill(values, i -> data.get(i) & 0xFF);
            default -> throw new AssertionError(this);
        }
        return values;
    }

    @FunctionalInterface
    private interface Element {
        float at(int index);
    }

    private static void fill(float[] values, Element element) {
        for (int i = 0; i < values.length; i++) {
            values[i] = element.at(i);
        }
    }

    /** The nearest float16, of two as near the even one; infinite where {@code value} is beyond its range. */
    static short floatToHalf(float value) {
        int sign = Float.floatToRawIntBits(value) >>> 16 & 0x8000;
        float size = Math.abs(value);
        if (Float.isNaN(value)) {
            return (short) (sign | 0x7E00);
        }
        if (size < 0x1p-14f) { // subnormals: multiples of 2^-24
            return (short) (sign | (int) Math.rint(size * 0x1p24f));
        }
        int bits = Float.floatToRawIntBits(size);
        int rounded = bits + 0xFFF + (bits >>> 13 & 1) >>> 13;
        return (short) (sign | Math.min(0x7C00, rounded - (112 << 10)));
    }

    static float halfToFloat(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = half >>> 10 & 0x1F;
        int mantissa = half & 0x3FF;
        if (exponent == 0) { // zero and subnormals: mantissa * 2^-24
            float magnitude = mantissa * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        int bits = exponent == 31 ? 0x7F800000 | mantissa << 13 : (exponent + 112) << 23 | mantissa << 13;
        return Float.intBitsToFloat(sign | bits);
    }
}
