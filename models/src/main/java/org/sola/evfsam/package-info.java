/** EVF-SAM (Zhang et al. 2024): a frame and an expression to the mask of what is meant, by early fusion and SAM. */
package org.sola.evfsam;
