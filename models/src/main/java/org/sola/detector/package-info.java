/** A light detector of anything that can be tracked, on the features that SAM 2 has made of a frame. */
package org.sola.detector;
