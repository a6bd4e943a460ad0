/** Cutie: propagates the masks of several objects through a video, from pixels, objects and what was seen before. */
package org.sola.cutie;
