/** Trains the small networks of FindTrack on generated scenes. */
package org.sola.train.findtrack;
