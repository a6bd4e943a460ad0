/** What a segmentation is worth: J and F of DAVIS for a frame, and their statistics over a clip. */
package org.sola.metric;
