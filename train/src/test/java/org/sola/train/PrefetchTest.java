package org.sola.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PrefetchTest {
    /** Counts those that are open. */
    private record Data(int step, AtomicInteger open) implements AutoCloseable {
        Data {
            open.incrementAndGet();
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }

    private static boolean isRunning() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("training-data"));
    }

    @Test
    void givesTheStepsInOrderAndNoneAfterTheLast() {
        try (var ahead = new Prefetch<>(3, 8, step -> step * 10)) {
            for (int step = 3; step < 8; step++) {
                assertEquals(step * 10, ahead.next());
            }
            assertThrows(NoSuchElementException.class, ahead::next);
        }
    }

    @Test
    void neverMakesMoreThanAFewAheadAndClosesWhatWasNotTaken() throws InterruptedException {
        var open = new AtomicInteger();
        var most = new AtomicInteger();
        var fourth = new CountDownLatch(4);
        try (var ahead = new Prefetch<>(0, 100, step -> {
            var data = new Data(step, open);
            most.accumulateAndGet(open.get(), Math::max);
            fourth.countDown();
            return data;
        })) {
            ahead.next().close();
            ahead.next().close();
            fourth.await();
        }
        assertEquals(0, open.get());
        assertTrue(most.get() <= 4, most.get() + " at once");
        assertFalse(isRunning(), "its thread is gone");
    }

    @Test
    void closingWaitsForTheStepThatIsBeingMade() throws InterruptedException {
        var open = new AtomicInteger();
        var begun = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var ahead = new Prefetch<>(0, 9, step -> {
            if (step == 1) {
                begun.countDown();
                await(goOn);
            }
            return new Data(step, open);
        });
        ahead.next().close();
        var closing = new Thread(ahead::close);
        // the second step is asked for along with the first
        begun.await();
        closing.start();
        closing.join(50);
        assertTrue(closing.isAlive());
        goOn.countDown();
        closing.join();
        assertEquals(0, open.get());
        assertFalse(isRunning());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatCannotBeMadeIsSaidWhenItIsAskedFor() {
        try (var ahead = new Prefetch<>(0, 9, step -> {
            if (step == 1) {
                throw new IllegalArgumentException("video b is damaged");
            }
            return step;
        })) {
            assertEquals(0, ahead.next());
            var e = assertThrows(IllegalStateException.class, ahead::next);
            assertTrue(e.getMessage().contains("video b is damaged"), e.getMessage());
        }
    }
}
