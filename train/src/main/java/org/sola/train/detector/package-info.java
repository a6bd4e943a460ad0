/** Trains the small box detector on generated scenes. */
package org.sola.train.detector;
