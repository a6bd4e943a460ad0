/** Following masks from one frame through a whole video, whichever network does it. */
package org.sola.propagation;
