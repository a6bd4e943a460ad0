package org.sola.parity;

/**
 * The verdict on a case.
 *
 * @param name model and case
 * @param tensors how many tensors and facts were compared
 * @param worst largest error over its tolerance; up to 1 is right
 * @param worstTensor where that was, empty if nothing was compared
 * @param ok whether everything expected was computed and is right
 * @param message what went wrong, empty if nothing did
 * @param seconds time taken
 */
public record ParityRow(
        String name, int tensors, double worst, String worstTensor, boolean ok, String message, double seconds) {}
