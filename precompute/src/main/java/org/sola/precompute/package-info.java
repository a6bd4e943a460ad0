/**
 * From a video to its tracks: prompts, SAM 2 tracks and their object tokens, and the token cache that keeps them.
 *
 * <p>Nothing here knows an expression's meaning. A video is read once, each frame encoded once; what comes out is a set
 * of tracks with a mask and an object token a frame, which training and inference then read from the cache.
 */
package org.sola.precompute;
