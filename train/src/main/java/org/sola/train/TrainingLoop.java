package org.sola.train;

import java.io.IOException;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/**
 * The loop of a training whose data follow from the number of the step alone: they are made ahead on another thread, a
 * line is logged now and then, and a checkpoint is written regularly, at the end and when the training is stopped.
 *
 * @param checkpointSteps steps between checkpoints
 * @param isStopped asked after every step; true ends the loop after a checkpoint
 */
public record TrainingLoop(int checkpointSteps, BooleanSupplier isStopped) {
    private static final int LOG_STEPS = 50;

    /** What a training does in the loop. */
    public interface Work<T> {
        /** Moves the parameters by one step. */
        void step(int step, T data);

        /** Logs what happened since the last time. */
        void log(int stepsDone, double secondsAStep);

        /** Writes a checkpoint. */
        void save(int stepsDone) throws IOException;
    }

    /**
     * How a loop ended.
     *
     * @param stepsDone number of the step that would come next
     * @param isStopped whether it was asked to stop
     */
    public record Outcome(int stepsDone, boolean isStopped) {}

    /** Takes the steps from {@code first} to below {@code end}. */
    public <T> Outcome run(int first, int end, IntFunction<T> source, Work<T> work) throws IOException {
        long began = System.nanoTime();
        int step = first;
        boolean stops = false;
        try (var data = new Prefetch<>(first, end, source)) {
            while (step < end && !stops) {
                work.step(step, data.next());
                step++;
                stops = isStopped.getAsBoolean();
                boolean isLast = stops || step == end;
                if (isLast || step % LOG_STEPS == 0) {
                    work.log(step, (System.nanoTime() - began) / 1e9 / (step - first));
                }
                if (isLast || step % checkpointSteps == 0) {
                    work.save(step);
                }
            }
        }
        return new Outcome(step, stops);
    }
}
