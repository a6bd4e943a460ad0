package org.sola.tensor;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Makes reading of freed memory visible: called between a forward and a backward pass, it fills what was freed. */
public final class FreedMemory {
    private FreedMemory() {}

    /** Collects garbage and overwrites what the buffers of collected arrays gave back; keep the result until read. */
    public static List<ByteBuffer> overwrite() throws InterruptedException {
        var marker = new WeakReference<>(ByteBuffer.allocateDirect(4));
        for (int i = 0; i < 50 && marker.get() != null; i++) {
            System.gc();
            Thread.sleep(20);
        }
        Thread.sleep(60); // buffers are freed by another thread after their collection
        var filled = new ArrayList<ByteBuffer>();
        for (int size : new int[] {4, 8, 16, 24, 40, 64, 100, 256, 1000, 4000, 8000}) {
            for (int i = 0; i < 500; i++) {
                var buffer = ByteBuffer.allocateDirect(size);
                for (int k = 0; k < size; k++) {
                    buffer.put(k, (byte) 0x7f);
                }
                filled.add(buffer);
            }
        }
        return filled;
    }
}
