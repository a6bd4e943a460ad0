/** Grounding DINO (Liu et al. 2023): boxes of what a caption names, under the official parameter names. */
package org.sola.groundingdino;
