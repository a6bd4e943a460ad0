/** FindTrack: a key frame is found for each expression, and its mask followed through the video both ways. */
package org.sola.findtrack;
